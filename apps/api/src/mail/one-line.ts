/** Names that somebody chose, for where a line break would begin something else: another header, another entry. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
