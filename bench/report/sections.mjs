// Each section of the report as Markdown: what the command prints, and what docs/performance.md has of it.
import { peers } from '../sections/peers.mjs';
import { operations } from '../sections/scale.mjs';
import { microseconds, ms, ratio, table, whole } from './table.mjs';

const workloads = { single: 'Single read', list: 'List of 50 with exact total' };
const cpuHead = ['CPU µs: server', 'PostgreSQL', 'Redis', 'client'];
const cpuCells = ({ cpu }) => [cpu.server, cpu.postgres, cpu.redis, cpu.client].map(microseconds);

/** What issue and README promise of the ratios; told beside each so that a reader sees which hold. */
const aims = { single: { bare: 1.25, limit: 0.65, usual: 6 }, list: { bare: 1.4, limit: 0.65, usual: 4 } };

export const describe = {
  peers(measured) {
    const parts = Object.entries(workloads).map(([workload, title]) => peersTable(title, workload, measured[workload]));
    return [...parts, refusedText(measured.refused, measured.list.calkeep)].join('\n\n');
  },

  scale(curves) {
    const sizes = Object.keys(Object.values(curves)[0]);
    const rows = Object.entries(curves).map(([operation, curve]) => {
      const times = sizes.map((size) => curve[size].p50);
      return [operations[operation], ...times.map(ms), ratio(times.at(-1) / times[0])];
    });
    const deep = ratio(curves.deep[sizes.at(-1)].p50 / curves.first[sizes.at(-1)].p50);
    return [
      table(['ms (median)', ...sizes.map((size) => `${whole(Number(size))} contacts`), 'last ÷ first'], rows),
      `The deep page of the largest workspace takes ${deep} times its page 1.`,
    ].join('\n\n');
  },

  processes(measured) {
    const rows = Object.entries(measured).map(([count, result]) => [
      count,
      whole(result.perSecond),
      ms(result.p50),
      ms(result.p99),
      ...cpuCells(result),
    ]);
    return table(['processes', 'requests/s', 'p50 ms', 'p99 ms', ...cpuHead], rows);
  },

  writes({ create, keyed, bulk }) {
    const row = (name, result) => [name, whole(result.perSecond), ms(result.p50), ms(result.p99), ...cpuCells(result)];
    return [
      table(
        ['', 'requests/s', 'p50 ms', 'p99 ms', ...cpuHead],
        [row('create a contact', create), row('the same under an `Idempotency-Key`', keyed)],
      ),
      `\`calkeep load\` brought in ${whole(bulk.contacts)} contacts, ${whole(bulk.perSecond)} a second, its own start included.`,
    ].join('\n\n');
  },

  soak({ seconds, count, perSecond, p50, p99, held, resident, earlier, later }) {
    const list = (megabytes) => megabytes.map((value) => value.toFixed(0)).join(', ');
    return [
      `${whole(count)} requests in ${seconds} s: ${whole(perSecond)} a second, p50 ${ms(p50)} ms, p99 ${ms(p99)} ms.`,
      `What the server holds after a collection, in megabytes, twelve times evenly over the run: ${list(held)}.`,
      `Its resident memory just before, with what V8 has yet to collect: ${list(resident)}.`,
      `After the first sixth of the run, the median of the first third held ${earlier.toFixed(1)} MB and of the last ` +
        `${later.toFixed(1)} MB (${ratio(later / earlier)} times).`,
    ].join('\n\n');
  },
};

function peersTable(title, workload, results) {
  const { calkeep } = results;
  const rows = Object.entries(results).map(([name, result]) => {
    const isPeer = name !== 'calkeep';
    return [
      peers[name],
      whole(result.perSecond),
      isPeer ? ratio(calkeep.perSecond / result.perSecond) : '',
      isPeer ? String(aims[workload][name]) : '',
      ms(result.p50),
      ms(result.p99),
      ...cpuCells(result),
    ];
  });
  const head = [title, 'requests/s', 'CalKeep is × this', 'aim ≥', 'p50 ms', 'p99 ms', ...cpuHead];
  const p99 = ratio(calkeep.p99 / results.bare.p99);
  return `${table(head, rows)}\n\np99 is ${p99} times that of the bare server (aim: at most 1.5).`;
}

function refusedText({ accepted, refused, transport }, list) {
  const row = (name, result) => [name, whole(result.perSecond), ms(result.p50), ...cpuCells(result)];
  const [all, part, floor] = [accepted, refused, transport].map(costOf);
  return [
    table(
      ['', 'requests/s', 'p50 ms', ...cpuHead],
      [
        row('an accepted single read', accepted),
        row('a refused one (bad checksum)', refused),
        row('`node:http` alone, answering the same to everybody', transport),
      ],
    ),
    `A refusal takes ${ratio(part / all)} of what an accepted single read costs server, PostgreSQL and Redis together, and ` +
      `${ratio(part / costOf(list))} of a list of 50 (aim: below 0.1). The transport alone, which no server on \`node:http\` can go below, ` +
      `takes ${ratio(floor / all)} of the single read; of what either costs beyond it, the refusal takes ` +
      `${ratio((part - floor) / (all - floor))}.`,
  ].join('\n\n');
}

/** CPU of all parts; where that cannot be told, the time that it took. */
function costOf({ cpu: { server, postgres, redis }, p50 }) {
  return server === null ? p50 : server + postgres + redis;
}
