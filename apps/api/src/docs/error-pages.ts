import { errorCatalogue, errorPagePath, type ErrorCode, type ErrorEntry } from '@calkeep/contract';

const entries = Object.entries(errorCatalogue) as [ErrorCode, ErrorEntry][];

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCatalogue, text);
}

/** The page that `error.docs` of a refusal leads to, as Markdown. */
export function errorPage(code: ErrorCode): string {
  const { status, message, when, remedy } = errorCatalogue[code];
  const others = entries.filter(([other, entry]) => other !== code && entry.status === status);
  return [
    `# \`${code}\``,
    `HTTP status **${status}**. ${message}`,
    `## When\n\n${sentence(when)}`,
    `## What to do\n\n${sentence(remedy)}`,
    `If it does not help, quote \`error.requestId\` to whoever runs the server.`,
    others.length === 0 ? '' : `Also ${status}: ${others.map(([other]) => linkTo(other)).join(', ')}.`,
    `[All codes](/docs/errors.md) · [How errors look](/docs/integrators.md#errors)`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** Every code on one page. */
export function errorIndex(): string {
  const rows = entries.map(([code, { status, when }]) => `| ${linkTo(code)} | ${status} | ${when} |`);
  const introduction = 'Decide by `error.code`: codes are never renamed and never change their status.';
  return `# Error codes\n\n${introduction}\n\n| code | status | when |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function linkTo(code: ErrorCode): string {
  return `[\`${code}\`](${errorPagePath(code)}.md)`;
}

/** The catalogue has halves of table rows. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
