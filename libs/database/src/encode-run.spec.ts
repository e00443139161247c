import fc from 'fast-check';
import { serialize } from 'pg-protocol';
import { expect, it } from 'vitest';
import { encodeRun } from './encode-run.js';

const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 200 }), fc.uuid());
const names = fc.string({ unit: 'grapheme' }).filter((name) => !name.includes('\0'));
const runs = fc.array(fc.record({ name: names, values: fc.array(fc.option(texts), { maxLength: 300 }) }));

it('is what pg writes, message by message', () => {
  fc.assert(
    fc.property(runs, (each) => {
      const messages = each.flatMap(({ name, values }) => [bindOf(name, values), serialize.execute()]);
      expect(encodeRun(each)).toEqual(Buffer.concat([...messages, serialize.sync()]));
    }),
  );
});

/** pg gives each value and the columns their format, text; to give none is the same, and shorter (PostgreSQL 18, 54.7). */
function bindOf(statement: string, values: (string | null)[]): Buffer {
  const bytes = serialize.bind({ statement, values });
  const formatsAt = 1 + 4 + 1 + Buffer.byteLength(statement) + 1;
  const none = Buffer.alloc(2);
  const valuesAt = formatsAt + 2 + 2 * values.length;
  const shorter = Buffer.concat([bytes.subarray(0, formatsAt), none, bytes.subarray(valuesAt, -4), none]);
  shorter.writeInt32BE(shorter.length - 1, 1);
  return shorter;
}
