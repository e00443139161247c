/** What a process logged as errors, and whatever it wrote without a level, as a crash does. */
export function errorLines(logs: string): string[] {
  return logs.split('\n').filter((line) => line !== '' && !isHarmless(line));
}

function isHarmless(line: string): boolean {
  const level = /^\{"level":(\d+),/.exec(line)?.[1];
  // Nest's own warnings are plain text.
  return level === undefined ? /\bWARN\b/.test(line) : Number(level) < 50;
}
