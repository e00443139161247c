import { readFileSync } from 'node:fs';

/** What the list leaves out, because a rule finds it: runs over the alphabet, the digits and the rows of a keyboard. */
const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '012345678901234567890',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb',
];
const runs = [...rows, ...rows.map((row) => [...row].reverse().join(''))];
/** Shorter pieces of a row are in too many good passwords. */
const runLengthMin = 6;

let loaded: ReadonlySet<string> | undefined;

/** Whether many people chose this very password, given in lower case and NFKC. The first call reads the list. */
export function isListedPassword(password: string): boolean {
  loaded ??= readList();
  return loaded.has(password) || isRun(password);
}

/** `data` stands beside both `src` and `dist`. Where the list comes from is said in its README.md. */
function readList(): ReadonlySet<string> {
  const text = readFileSync(new URL('../data/common-passwords.txt', import.meta.url), 'utf8');
  return new Set(text.trimEnd().split(/\r?\n/));
}

function isRun(password: string): boolean {
  return password.length >= runLengthMin && runs.some((run) => run.includes(password));
}
