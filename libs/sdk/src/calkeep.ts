import { Call } from './call.js';
import type { CallOptions, Client, Query } from './client.js';
import { CalKeepError } from './errors.js';
import { List, type Page } from './list.js';
import { Bookings } from './resources/bookings.js';
import { CalendarHealth } from './resources/calendar-health.js';
import { Contacts } from './resources/contacts.js';
import { Reminders } from './resources/reminders.js';
import { Tasks } from './resources/tasks.js';
import { Transport, type Answer, type Request } from './transport.js';
import type { ExplainRequest, Explanation, Me, Pagination, Workspace } from './types.js';

export interface CalKeepOptions {
  /** An API token, `ck_live_…` or `ck_test_…`. */
  token: string;
  /** Where the API is, without `/api/v1`, such as `https://calkeep.example`. */
  baseUrl: string;
  /** In the place of the platform's own `fetch`. */
  fetch?: typeof fetch;
  /** Of each try; 30 s without it. */
  timeoutMs?: number;
  /** Tries after the first for what is worth it: limits, outages, lost connections. 3 without it. */
  retriesMax?: number;
  /** The longest `Retry-After` that is waited for; 60 s without it. */
  retryWaitSecondsMax?: number;
}

const defaults = { timeoutMs: 30_000, retriesMax: 3, retryWaitSecondsMax: 60 };

/** The API as one token sees it. Every call rejects with a `CalKeepError`, or with the reason of its `signal`. */
export class CalKeep implements Client {
  readonly contacts = new Contacts(this);
  readonly bookings = new Bookings(this);
  readonly tasks = new Tasks(this);
  readonly reminders = new Reminders(this);
  readonly calendarHealth = new CalendarHealth(this);
  readonly #transport: Transport;

  /** @throws CalKeepError for a token or an address that cannot be one. */
  constructor({ token, baseUrl, ...options }: CalKeepOptions) {
    // What else stands in a header would end the header, or the request.
    if (!/^[\x21-\x7e]+$/.test(token))
      throw new CalKeepError('The token is empty or has characters that no token has.');
    if (!/^https?:\/\/[^/?#]+/.test(baseUrl)) throw new CalKeepError('baseUrl must begin with http:// or https://.');
    const { timeoutMs, retriesMax, retryWaitSecondsMax: waitSecondsMax } = { ...defaults, ...options };
    this.#transport = new Transport({
      token,
      baseUrl: baseUrl.replace(/\/+$/, ''),
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
      timeoutMs,
      retry: { retriesMax, waitSecondsMax },
    });
  }

  /** The token itself, its workspace, its issuer and its limits: tells whether an integration is set up right. */
  me(options: CallOptions = {}): Call<Me> {
    return this.request({ method: 'GET', path: '/api/v1/me', ...options });
  }

  /** Revokes the token of this client, for when it leaked. Nothing works with it any more. */
  revokeToken(options: CallOptions = {}): Call<undefined> {
    return this.request({ method: 'DELETE', path: '/api/v1/me/token', ...options });
  }

  /** Scope `workspace:read`. */
  workspace(options: CallOptions = {}): Call<Workspace> {
    return this.one('workspace', { method: 'GET', path: '/api/v1/workspace', ...options });
  }

  /** What each guard would say of a call, without making it. */
  explain(body: ExplainRequest, options: CallOptions = {}): Call<Explanation> {
    return this.one('explanation', { method: 'POST', path: '/api/v1/explain', body, ...options });
  }

  /** Any call, for routes that this version does not know: gives the envelope's `data`. */
  request<T = unknown>(request: Request): Call<T> {
    return new Call(this.#send(request, (data) => data as T));
  }

  /** A call whose data stands under one name. */
  one<T>(name: string, request: Request): Call<T> {
    return new Call(this.#send(request, (data) => (data as Record<string, T>)[name] as T));
  }

  /** Any list. `query` may hold filters, `sort`, `limit`, and a `page` or `cursor` to begin at. */
  list<T = unknown>(path: string, query: Query = {}, options: CallOptions = {}): List<T> {
    const fetchPage = async (cursor: string | undefined): Promise<Page<T>> => {
      // After the first page the cursor says where; a page beside it would be a contradiction.
      const { page, ...others } = query;
      const walked = cursor === undefined ? { ...others, page } : { ...others, cursor };
      return toPage<T>(await this.#transport.send({ method: 'GET', path, query: walked, ...options }));
    };
    return new List<T>(fetchPage);
  }

  /** The one place where what came over the wire is taken for what the API's description says of it. */
  async #send<T>(request: Request, pick: (data: unknown) => T): Promise<{ data: T; info: Answer['info'] }> {
    const { data, info } = await this.#transport.send(request);
    return { data: pick(data), info };
  }
}

function toPage<T>({ data, info }: Answer): Page<T> {
  const { pagination, ...named } = data as { pagination: Pagination } & Record<string, T[]>;
  return { items: Object.values(named)[0] ?? [], pagination, info };
}
