import { AppError } from '@calkeep/platform';

export interface JsonBounds {
  readonly depth: number;
  /** Members and items in all. */
  readonly values: number;
}

const [quote, backslash, comma, openBracket, closeBracket, openBrace, closeBrace] = codesOf('"\\,[]{}');
const [space, tab, lineFeed, carriageReturn] = codesOf(' \t\n\r');

/**
 * Looks at the text before it is parsed, at a cost that is its length and no more: building ten thousand members, and
 * having a schema complain of each, is a stall that other callers notice. Of what is no JSON it need say nothing.
 * @throws AppError `invalid_request`
 */
export function refuseExcess(text: string, { depth: depthMax, values: valuesMax }: JsonBounds): void {
  let depth = 0;
  let values = 0;
  // Right behind an opening bracket: one that closes there held nothing.
  let isEmpty = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === space || code === tab || code === lineFeed || code === carriageReturn) continue;
    if (code === quote) index = endOfString(text, index);
    else if (code === comma) values++;
    else if (code === openBracket || code === openBrace) {
      values++;
      if (++depth > depthMax) throw refusal(`The body is nested deeper than ${depthMax} levels.`);
    } else if (code === closeBracket || code === closeBrace) {
      depth--;
      if (isEmpty) values--;
    }
    if (values > valuesMax + 1) break;
    isEmpty = code === openBracket || code === openBrace;
  }
  if (values > valuesMax) throw refusal(`The body has more than ${valuesMax} members and items.`);
}

/** The index of the quote that ends the string; the text's end for one without. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1))
    if (!isEscaped(text, end)) return end;
  return text.length;
}

/** Behind an odd number of backslashes. */
function isEscaped(text: string, index: number): boolean {
  let before = index;
  while (text.charCodeAt(before - 1) === backslash) before--;
  return (index - before) % 2 === 1;
}

function codesOf(characters: string): number[] {
  return Array.from(characters, (character) => character.charCodeAt(0));
}

export function refusal(message: string, cause?: unknown): AppError {
  return new AppError('invalid_request', { message, cause });
}
