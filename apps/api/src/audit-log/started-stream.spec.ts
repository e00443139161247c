import { setImmediate as turn } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, it } from 'vitest';
import { startedStream } from './started-stream.js';

/** Numbers without an end, and what became of their source. */
function aSource() {
  const source = { made: 0, isClosed: false };
  async function* texts(): AsyncGenerator<string> {
    try {
      for (;;) yield String(++source.made);
    } finally {
      source.isClosed = true;
    }
  }
  return { source, texts: texts() };
}

async function* failing(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
  throw new Error('away');
}

it('gives every text in order', async () => {
  async function* texts() {
    yield* ['a', 'b', 'c'];
  }
  expect(await (await startedStream(texts())).toArray()).toEqual(['a', 'b', 'c']);
  async function* none() {}
  expect(await (await startedStream(none())).toArray()).toEqual([]);
});

it('fails before there is a stream where the first text fails, and the stream where a later one does', async () => {
  await expect(startedStream(failing([]))).rejects.toThrow('away');
  const stream = await startedStream(failing(['a', 'b']));
  await expect(stream.toArray()).rejects.toThrow('away');
});

it('makes no text that the reader has no room for', async () => {
  const { source, texts } = aSource();
  const stream = await startedStream(texts);
  const taken: string[] = [];
  let takeNext: () => void = () => undefined;
  const reader = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      taken.push(String(chunk));
      takeNext = done;
    },
  });
  stream.pipe(reader);
  for (let count = 1; count <= 50; count++) {
    // Time enough for a stream that would not wait.
    for (let turns = 0; turns < 10; turns++) await turn();
    expect(taken).toHaveLength(count);
    expect(source.made).toBeLessThanOrEqual(count + 3);
    takeNext();
  }
  stream.destroy();
});

it('closes its source when the reader goes', async () => {
  const { source, texts } = aSource();
  const reader = new Writable({ write: (_chunk, _encoding, done) => done(new Error('gone')) });
  await expect(pipeline(await startedStream(texts), reader)).rejects.toThrow('gone');
  for (let turns = 0; turns < 10; turns++) await turn();
  expect(source.isClosed).toBe(true);
});
