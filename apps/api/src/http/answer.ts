import type { JsonText } from './envelope.js';

/** What a handler returns when its answer has headers of its own, or a status that is not always the same. */
export class Answer {
  constructor(
    readonly status: number,
    readonly data: JsonText,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}
