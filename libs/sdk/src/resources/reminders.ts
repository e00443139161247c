import type { Call } from '../call.js';
import type { CallOptions, Client, CreateOptions } from '../client.js';
import type { List } from '../list.js';
import type { NewReminder, Reminder, RemindersQuery } from '../types.js';

const path = '/api/v1/reminders';

export class Reminders {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Scope `reminders:read`. */
  list(query: RemindersQuery = {}, options: CallOptions = {}): List<Reminder> {
    return this.#client.list<Reminder>(path, query, options);
  }

  /** Scope `reminders:write`. */
  create(body: NewReminder, options: CreateOptions = {}): Call<Reminder> {
    return this.#client.one('reminder', { method: 'POST', path, body, ...options });
  }
}
