import type { Call } from '../call.js';
import type { CallOptions, Client, CreateOptions, UpdateOptions } from '../client.js';
import type { List } from '../list.js';
import type { Contact, ContactPatch, ContactsQuery, NewContact } from '../types.js';

const path = '/api/v1/contacts';

export class Contacts {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Scope `contacts:read`. */
  list(query: ContactsQuery = {}, options: CallOptions = {}): List<Contact> {
    return this.#client.list<Contact>(path, query, options);
  }

  /** Scope `contacts:read`. */
  get(id: string, options: CallOptions = {}): Call<Contact> {
    return this.#client.one('contact', { method: 'GET', path: `${path}/${encodeURIComponent(id)}`, ...options });
  }

  /** Scope `contacts:write`. */
  create(body: NewContact, options: CreateOptions = {}): Call<Contact> {
    return this.#client.one('contact', { method: 'POST', path, body, ...options });
  }

  /** Scope `contacts:write`. */
  update(id: string, body: ContactPatch, options: UpdateOptions = {}): Call<Contact> {
    return this.#client.one('contact', {
      method: 'PATCH',
      path: `${path}/${encodeURIComponent(id)}`,
      body,
      ...options,
    });
  }
}
