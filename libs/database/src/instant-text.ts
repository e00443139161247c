/** SQL for a column as RFC 3339 in UTC with milliseconds, as hashes and signatures have it; null for what is no such time. */
export function instantText(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
