import fc from 'fast-check';
import { pino, type Logger } from 'pino';
import { expect, it } from 'vitest';
import { RequestLog, type RequestLine } from './request-log.js';

const ids = fc.stringMatching(/^[A-Za-z0-9._:-]{1,40}$/);
const lines: fc.Arbitrary<RequestLine> = fc.record(
  {
    ...{ requestId: ids, method: fc.constantFrom('GET', 'POST', 'M-SEARCH') },
    route: fc.constantFrom('none', '/api/v1/contacts/:id', '/assets/*', '/a/:id(^\\d+$)', '/"'),
    ...{
      status: fc.integer({ min: 200, max: 599 }),
      ms: fc.integer({ min: 0, max: 10_000_000 }).map((ms) => ms / 100),
    },
    ...{ clientRequestId: ids, workspaceId: ids, tokenId: ids, userId: ids },
  },
  { requiredKeys: ['requestId', 'method', 'route', 'status', 'ms'] },
);

it('writes the line that pino would write, with what a child of the logger adds', () => {
  fc.assert(
    fc.property(lines, fc.boolean(), (line, isChild) => {
      const { logger, written } = aLogger('info');
      const own = isChild ? logger.child({ of: 'a "child"' }) : logger;

      new RequestLog(own).add(line);
      own.info(line);

      const [ours, theirs] = written.map(withoutTime);
      expect(ours).toBe(theirs);
      expect(theirs).toContain('"level":30,');
    }),
  );
});

it('rounds to hundredths of a millisecond', () => {
  const { logger, written } = aLogger('info');
  new RequestLog(logger).add({ requestId: 'req_1', method: 'GET', route: '/', status: 200, ms: 1.23456 });
  expect(JSON.parse(written[0] ?? '')).toMatchObject({ ms: 1.23 });
});

it('writes nothing where the log is to have less', () => {
  const { logger, written } = aLogger('warn');
  new RequestLog(logger).add({ requestId: 'req_1', method: 'GET', route: '/', status: 200, ms: 1 });
  expect(written).toEqual([]);
});

function aLogger(level: string): { logger: Logger; written: string[] } {
  const written: string[] = [];
  return { logger: pino({ level }, { write: (line) => void written.push(line) }), written };
}

function withoutTime(line: string): string {
  expect(line).toMatch(/,"time":\d{13},/);
  return line.replace(/(?<=,"time":)\d+/, '0');
}
