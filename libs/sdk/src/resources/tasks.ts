import type { Call } from '../call.js';
import type { CallOptions, Client, CreateOptions, UpdateOptions } from '../client.js';
import type { List } from '../list.js';
import type { Task, TaskPatch, TasksQuery, NewTask } from '../types.js';

const path = '/api/v1/tasks';

export class Tasks {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Scope `tasks:read`. */
  list(query: TasksQuery = {}, options: CallOptions = {}): List<Task> {
    return this.#client.list<Task>(path, query, options);
  }

  /** Scope `tasks:read`. */
  get(id: string, options: CallOptions = {}): Call<Task> {
    return this.#client.one('task', { method: 'GET', path: `${path}/${encodeURIComponent(id)}`, ...options });
  }

  /** Scope `tasks:write`. */
  create(body: NewTask, options: CreateOptions = {}): Call<Task> {
    return this.#client.one('task', { method: 'POST', path, body, ...options });
  }

  /** Scope `tasks:write`. */
  update(id: string, body: TaskPatch, options: UpdateOptions = {}): Call<Task> {
    return this.#client.one('task', { method: 'PATCH', path: `${path}/${encodeURIComponent(id)}`, body, ...options });
  }
}
