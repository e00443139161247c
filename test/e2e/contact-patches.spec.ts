import { contactData, type Contact } from '@calkeep/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aToken, aWorkspace } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isStorable);
const line = word.filter((text) => text.trim() === text);
const fieldValue = fc.oneof(word, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
const fieldName = fc.constantFrom('a', 'b', 'c', 'Ünï', '0', 'with space', '$x');
const optional = { requiredKeys: [] };

const patch = fc
  .record(
    {
      firstName: nullable(line),
      lastName: nullable(line),
      company: nullable(line),
      title: nullable(line),
      notes: nullable(word),
      phone: nullable(fc.constantFrom('+12025550123', '+4930901820')),
      tags: nullable(fc.array(line, { maxLength: 5 })),
      customFields: nullable(fc.dictionary(fieldName, nullable(fieldValue), { maxKeys: 5 })),
    },
    optional,
  )
  .filter((each) => Object.keys(each).length > 0);

type Patch = typeof patch extends fc.Arbitrary<infer T> ? T : never;

it('a patch sets what it names, null clears, nothing else changes, and what is told is what is read', async () => {
  const workspace = await aWorkspace();
  const { secret } = await aToken({ workspace });
  const send = (method: string, path: string, body?: unknown) =>
    api.call(path, { method, token: secret, ...(body !== undefined && { body: JSON.stringify(body) }) });

  await fc.assert(
    fc.asyncProperty(patch, fc.array(patch, { minLength: 1, maxLength: 4 }), async (draft, patches) => {
      // Has a name in any case.
      const made = await send('POST', '/api/v1/contacts', { email: uniqueEmail(), ...draft });
      let expected = contactData.parse(made.data).contact;
      expect(withoutTimes(expected)).toEqual(
        withoutTimes(patched({ ...blank, id: expected.id, email: expected.email }, draft)),
      );
      const path = `/api/v1/contacts/${expected.id}`;
      for (const each of patches) {
        const answer = await send('PATCH', path, each);
        expect(answer.status).toBe(200);
        const { contact } = contactData.parse(answer.data);
        expect(withoutTimes(contact)).toEqual(withoutTimes(patched(expected, each)));
        expect(contact.createdAt).toBe(expected.createdAt);
        expect(contact.updatedAt >= expected.updatedAt).toBe(true);
        expect((await send('GET', path)).data).toEqual(answer.data);
        expected = contact;
      }
    }),
    { numRuns: 60, seed: 20_261_125 },
  );
});

it('the same patch twice leaves what it left once', async () => {
  const { secret } = await aToken();
  const call = (method: string, path: string, body: unknown) =>
    api.call(path, { method, token: secret, body: JSON.stringify(body) });

  await fc.assert(
    fc.asyncProperty(patch, async (each) => {
      const made = await call('POST', '/api/v1/contacts', { email: uniqueEmail() });
      const path = `/api/v1/contacts/${contactData.parse(made.data).contact.id}`;
      const once = contactData.parse((await call('PATCH', path, each)).data).contact;
      const twice = contactData.parse((await call('PATCH', path, each)).data).contact;
      expect(withoutTimes(twice)).toEqual(withoutTimes(once));
    }),
    { numRuns: 30, seed: 20_261_125 },
  );
});

const blank = {
  ...{ firstName: null, lastName: null, phone: null, company: null, title: null, notes: null },
  ...{ tags: [], customFields: {}, createdAt: '', updatedAt: '' },
};

/** What the contract says that becomes of a contact: the model. */
function patched(contact: Contact, { tags, customFields, ...texts }: Patch): Contact {
  return {
    ...contact,
    ...texts,
    ...(tags !== undefined && { tags: [...new Set(tags)] }),
    ...(customFields !== undefined && {
      customFields: customFields === null ? {} : withoutNulls({ ...contact.customFields, ...customFields }),
    }),
  };
}

function withoutNulls(fields: Contact['customFields']): Contact['customFields'] {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** JSON knows no negative zero. */
function withoutTimes({ createdAt: _created, updatedAt: _updated, ...contact }: Contact): unknown {
  return JSON.parse(JSON.stringify(contact));
}

let emails = 0;
function uniqueEmail(): string {
  return `someone${emails++}@example.com`;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0') && text.trim() !== '';
}
