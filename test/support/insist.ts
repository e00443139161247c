import type { Answer } from './client.js';

/** The answer that comes once the server is not too busy for one, whatever else keeps the machine busy. */
export async function insist(send: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await send();
    if (answer.status !== 503) return answer;
  }
}
