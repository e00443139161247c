import { Readable } from 'node:stream';

/**
 * A stream of these texts that has its first one already: what fails until then fails here, while the answer can still be
 * an error. No more than the text that is being sent and the next one are held.
 */
export async function startedStream(texts: AsyncGenerator<string>): Promise<Readable> {
  const first = await texts.next();
  return Readable.from(resumed(first, texts));
}

async function* resumed(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}
