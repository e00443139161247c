import type { CallOptions, Client } from '../client.js';
import type { List } from '../list.js';
import type { CalendarAccount, CalendarAccountsQuery } from '../types.js';

export class CalendarHealth {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Scope `calendar_health:read`. */
  list(query: CalendarAccountsQuery = {}, options: CallOptions = {}): List<CalendarAccount> {
    return this.#client.list<CalendarAccount>('/api/v1/calendar-health', query, options);
  }
}
