import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chart } from './chart.mjs';
import { describe } from './sections.mjs';

const template = fileURLToPath(new URL('page.md', import.meta.url));
const fileIn = (name) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const begin = (section) => `<!-- bench:${section} -->`;
const end = (section) => `<!-- /bench:${section} -->`;

/**
 * Puts what was measured in the place of what docs/performance.md had of the same sections, and draws the chart anew. Figures
 * stand between markers and come from nowhere else; docs/performance.json has them all.
 */
export async function writeReport(measured, circumstances) {
  const known = JSON.parse(await readFile(fileIn('performance.json'), 'utf8').catch(() => '{}'));
  let page = await readFile(fileIn('performance.md'), 'utf8').catch(() => readFile(template, 'utf8'));
  for (const [section, results] of Object.entries(measured)) {
    known[section] = { circumstances, results };
    page = replaced(page, section, `${describe[section](results)}\n\n${toldBy(circumstances)}`);
  }
  const results = Object.fromEntries(Object.entries(known).map(([section, each]) => [section, each.results]));
  await writeFile(fileIn('performance.md'), page);
  await writeFile(fileIn('performance.json'), `${JSON.stringify(known, null, 2)}\n`);
  await writeFile(fileIn('performance.svg'), chart(results));
}

function replaced(page, section, content) {
  const [from, to] = [page.indexOf(begin(section)), page.indexOf(end(section))];
  if (from === -1 || to === -1) throw new Error(`docs/performance.md has no place for ${section}`);
  return `${page.slice(0, from + begin(section).length)}\n\n${content}\n\n${page.slice(to)}`;
}

function toldBy({ measuredAt, command, machine, node, load }) {
  return `*\`${command}\`, ${measuredAt}; ${machine}; Node.js ${node}; load of the machine before: ${load}.*`;
}
