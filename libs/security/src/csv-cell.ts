/**
 * Invariant: no cell begins as a formula does, and reading back what was written gives exactly what it was made of.
 *
 * A text that begins with one of these, or that is empty, gets an apostrophe before it; one that begins with an
 * apostrophe gets another. So an empty cell is null and a lone apostrophe is the empty text.
 */

/** Those of OWASP's "CSV Injection", full-width ones included, and the apostrophe, which is ours. */
const guarded = /^(?:[=+\-@\t\r\n'＝＋－＠]|$)/;

export function encodeCsvCell(text: string | null): string {
  if (text === null) return '';
  return guarded.test(text) ? `'${text}` : text;
}

export function decodeCsvCell(cell: string): string | null {
  if (cell === '') return null;
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
