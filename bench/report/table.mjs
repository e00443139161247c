/** A Markdown table; the first column is text, the others are numbers. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

export const whole = (value) => Math.round(value).toLocaleString('en-US');
export const ratio = (value) => value.toFixed(2);
export const ms = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(1));

/** CPU of a request, by part; a dash where the system does not tell. */
export const microseconds = (value) => (value === null ? '–' : whole(value));
