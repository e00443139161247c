import type { Call } from '../call.js';
import type { CallOptions, Client } from '../client.js';
import type { List } from '../list.js';
import type { Booking, BookingsQuery } from '../types.js';

const path = '/api/v1/bookings';

export class Bookings {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Scope `bookings:read`. */
  list(query: BookingsQuery = {}, options: CallOptions = {}): List<Booking> {
    return this.#client.list<Booking>(path, query, options);
  }

  /** Scope `bookings:read`. */
  get(id: string, options: CallOptions = {}): Call<Booking> {
    return this.#client.one('booking', { method: 'GET', path: `${path}/${encodeURIComponent(id)}`, ...options });
  }
}
