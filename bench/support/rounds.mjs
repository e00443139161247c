import { cpuSeconds } from './usage-of-processes.mjs';
import { median } from './numbers.mjs';

/**
 * Loads each case for a while, then each again, in the opposite order, and so on: whatever else the machine does is spread over
 * all of them. The first round warms up and is not counted.
 * @param cases by name: { server, load }; `load` as the client takes it.
 * @returns by name: { perSecond, p50, p99, cpu: { server, postgres, redis, client } }, each the median of the rounds; CPU in
 * microseconds for each request, `null` where it cannot be told.
 */
export async function runRounds(
  cases,
  { place, client, rounds, seconds, connections = 64, onRound = () => undefined },
) {
  const results = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  const order = Object.entries(cases);
  for (let round = 0; round <= rounds; round++) {
    for (const [name, { server, load }] of round % 2 === 0 ? order : order.toReversed()) {
      const pids = [server.pids ?? server.pid].flat();
      const measured = () => ({
        server: sum(pids.map((pid) => cpuSeconds(pid))),
        postgres: cpuSeconds(place.postgresPid, { withChildren: true }),
        redis: cpuSeconds(place.redisPid),
        client: cpuSeconds(client.pid),
      });
      const before = measured();
      const result = await client.run({ url: server.url, connections, seconds, status: '200', ...load });
      const after = measured();
      const cpu = mapValues(after, (value, part) =>
        value === null ? null : ((value - before[part]) * 1e6) / result.count,
      );
      if (round > 0) results[name].push({ ...result, cpu });
    }
    onRound(round);
  }
  return mapValues(results, medians);
}

function medians(rounds) {
  const of = (pick) => median(rounds.map(pick));
  const cpu = mapValues(rounds[0].cpu, (value, part) => (value === null ? null : of((round) => round.cpu[part])));
  return {
    perSecond: of((round) => round.perSecond),
    p50: of((round) => round.p50),
    p99: of((round) => round.p99),
    cpu,
  };
}

export function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

function sum(values) {
  return values.includes(null) ? null : values.reduce((total, value) => total + value, 0);
}
