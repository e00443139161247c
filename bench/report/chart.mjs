// The chart of docs/performance.md: requests a second beside the peers, and what a request costs as a workspace grows.
import { peers } from '../sections/peers.mjs';
import { operations } from '../sections/scale.mjs';
import { ms, ratio, whole } from './table.mjs';

const width = 880;
const ink = '#24292f';
const faint = '#8c959f';
const own = '#0969da';
const colours = ['#0969da', '#1a7f37', '#8250df', '#bf3989', '#bc4c00', '#57606a'];

/** @returns SVG text that reads on light and on dark pages. */
export function chart({ peers: measured, scale }) {
  const parts = [];
  let y = 28;
  if (measured)
    for (const [title, results] of [
      ['Single reads a second', measured.single],
      ['Lists of 50 a second', measured.list],
    ]) {
      parts.push(bars(title, results, y));
      y += 36 + Object.keys(results).length * 28 + 24;
    }
  if (scale) {
    parts.push(curves(scale, y));
    y += 300;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="system-ui, sans-serif" font-size="14">`,
    `<rect width="${width}" height="${y}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function bars(title, results, top) {
  const max = Math.max(...Object.values(results).map(({ perSecond }) => perSecond));
  const rows = Object.entries(results).map(([name, { perSecond }], index) => {
    const y = top + 18 + index * 28;
    const length = Math.max(2, (perSecond / max) * 480);
    const times = name === 'calkeep' ? '' : ` (CalKeep: ${ratio(results.calkeep.perSecond / perSecond)} ×)`;
    return [
      text(24, y + 15, peers[name]),
      `<rect x="180" y="${y}" width="${length.toFixed(1)}" height="20" rx="3" fill="${name === 'calkeep' ? own : faint}"/>`,
      text(190 + length, y + 15, `${whole(perSecond)}${times}`),
    ].join('\n');
  });
  return [text(24, top, title, 'font-weight="600"'), ...rows].join('\n');
}

/** Both axes are logarithmic. */
function curves(scale, top) {
  const sizes = Object.keys(Object.values(scale)[0]).map(Number);
  const times = Object.values(scale).flatMap((curve) => Object.values(curve).map(({ p50 }) => p50));
  const [low, high] = [Math.min(...times) * 0.8, Math.max(...times) * 1.25];
  const x = (size) => 70 + (Math.log(size / sizes[0]) / Math.log(sizes.at(-1) / sizes[0])) * 400;
  const y = (time) => top + 240 - (Math.log(time / low) / Math.log(high / low)) * 210;
  const lines = Object.entries(scale).map(([operation, curve], index) => {
    const points = sizes.map((size) => `${x(size).toFixed(1)},${y(curve[size].p50).toFixed(1)}`).join(' ');
    const colour = colours[index];
    const legend = `${operations[operation]}: ${ms(curve[sizes.at(-1)].p50)} ms`;
    return [
      `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<rect x="500" y="${top + 24 + index * 24}" width="12" height="12" rx="2" fill="${colour}"/>`,
      text(520, top + 35 + index * 24, legend, 'font-size="12"'),
    ].join('\n');
  });
  const ticks = sizes.map((size) => text(x(size), top + 262, whole(size), 'text-anchor="middle" font-size="12"'));
  return [
    text(24, top, 'Milliseconds of a request, by contacts in the workspace (both logarithmic)', 'font-weight="600"'),
    `<path d="M70 ${top + 30} V${top + 244} H470" fill="none" stroke="${faint}"/>`,
    text(62, y(low) + 4, ms(low), 'text-anchor="end" font-size="12"'),
    text(62, y(high) + 12, ms(high), 'text-anchor="end" font-size="12"'),
    ...ticks,
    ...lines,
  ].join('\n');
}

function text(x, y, content, attributes = '') {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed ? x.toFixed(1) : x}" y="${y.toFixed(1)}" fill="${ink}" ${attributes}>${escaped}</text>`;
}
