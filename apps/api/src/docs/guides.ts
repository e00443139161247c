import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { errorIndex } from './error-pages.js';

interface Guide {
  readonly name: string;
  readonly title: string;
  readonly about: string;
}

/** Those that the server hands out, in the order in which one would read them. */
export const guides: readonly Guide[] = [
  { name: 'integrators', title: 'Integrators', about: 'Calling the API: tokens, lists, writes, limits, errors' },
  { name: 'errors', title: 'Error codes', about: 'Every code, what it means and what to do' },
  { name: 'admins', title: 'Admins', about: 'Accounts, second factors, tokens, members' },
  { name: 'auditors', title: 'Auditors', about: 'Reading, exporting and verifying the audit log' },
  { name: 'operators', title: 'Operators', about: 'Settings, migrations, health, metrics, Docker' },
  { name: 'demo', title: 'Demo', about: 'The demo’s data and credentials' },
];

const directory = path.resolve(import.meta.dirname, '../../../../docs');

/** The guides of docs/, as Markdown. They do not change while the process runs. */
@Injectable()
export class Guides {
  readonly #texts = new Map<string, Promise<string>>();

  async find(name: string): Promise<string | null> {
    if (!guides.some((guide) => guide.name === name)) return null;
    if (name === 'errors') return errorIndex();
    let text = this.#texts.get(name);
    if (!text) {
      text = readFile(path.join(directory, `${name}.md`), 'utf8');
      this.#texts.set(name, text);
      // A file that could not be read is tried again by whoever asks next.
      text.catch(() => this.#texts.delete(name));
    }
    return text;
  }

  /** One of docs/images, by a name that cannot lead out of the folder; `null` when there is none. */
  async findImage(name: string): Promise<Buffer | null> {
    if (!/^[a-z-]+\.png$/.test(name)) return null;
    return readFile(path.join(directory, 'images', name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  /** What a language model needs to find its way (llmstxt.org). */
  index(publicUrl: string): string {
    const link = (target: string) => new URL(target, publicUrl).href;
    const list = guides.map(({ name, title, about }) => `- [${title}](${link(`/docs/${name}.md`)}): ${about}`);
    return `# CalKeep API

> The public API of a workspace: contacts, bookings, tasks, reminders and connected calendars, as JSON over HTTP. Its base is
> ${link('/api/v1')}; every call carries \`Authorization: Bearer <token>\`.

- [OpenAPI 3.1](${link('/openapi.json')}): every route, schema, header and error code
- [Token format](${link('/.well-known/token-format.json')}): how tokens look, and their checksum
- [Try it](${link('/docs')}): Swagger UI, for people

## Guides

${list.join('\n')}
`;
  }
}
