import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { aToken } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const published = z.object({
  pattern: z.string(),
  alphabet: z.string().length(62),
  checksum: z.object({ offset: z.int(), length: z.int() }),
  example: z.string(),
});

it('is published, and describes every token that is issued', async () => {
  const answer = await api.call('/.well-known/token-format.json');
  expect(answer.status).toBe(200);
  const { pattern, alphabet, checksum, example } = published.parse(JSON.parse(answer.text));
  const tokens = [example, (await aToken()).secret, (await aToken({ mode: 'test' })).secret];
  for (const token of tokens) {
    expect(token).toMatch(new RegExp(pattern));
    const claimed = [...token.slice(checksum.offset)].reduce((value, digit) => value * 62 + alphabet.indexOf(digit), 0);
    expect(claimed).toBe(crc32(token.slice(0, checksum.offset)));
  }
});
