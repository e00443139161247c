import { contactData, contactsData } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { aContact, aToken, aWorkspace } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

/** Text that has broken somebody's JSON, SQL or HTML before. */
const oddTexts = {
  quotes: `"'\`\\ \\" \\\\`,
  markup: '<script>alert("&amp;")</script>',
  sql: `Robert'); drop table contacts;--`,
  control: '\u0001\u0002\b\t\n\r\u001b[31m\u001f\u007f\u0080',
  marker: '\u0001con_01931f7a-3c5e-7abc-8def-0123456789ab',
  escapes: String.raw`\u0001 \n \x00 %00 $1 {{x}} ${'$'}{x}`,
  separators: '\u2028\u2029\ufeff\u00a0\u200b',
  scripts: 'Ærøskøbing 東京 مرحبا שלום ไทย ß İ ﬁ',
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈🇩🇪👍🏽',
  combining: 'Z\u0351\u036b\u0343a\u030al\u0300go é vs e\u0301',
  noncharacters: '\uffff\ufffe\u{10ffff}',
  empty: '',
  spaces: '  leading and trailing  ',
};

it.each(Object.entries(oddTexts))('come through with %s in every text, in lists as alone', async (_what, text) => {
  const workspace = await aWorkspace();
  const columns = {
    first_name: text,
    last_name: text,
    email: text,
    phone: text,
    company: text,
    title: text,
    notes: text,
  };
  const customFields = { [text]: text, nested: '"}' };
  const id = await aContact(workspace, {
    ...columns,
    tags: [text, 'tag', text],
    custom_fields: JSON.stringify(customFields),
  });
  const { secret } = await aToken({ workspace });

  const alone = contactData.parse((await api.call(`/api/v1/contacts/${id}`, { token: secret })).data).contact;
  const list = contactsData.parse((await api.call('/api/v1/contacts', { token: secret })).data).contacts;

  const texts = { firstName: text, lastName: text, email: text, phone: text, company: text, title: text, notes: text };
  expect(alone).toMatchObject({ id, ...texts, tags: [text, 'tag', text], customFields });
  expect(list).toEqual([alone]);
});

it('are told whole: every field of the contract, instants in UTC with milliseconds', async () => {
  const workspace = await aWorkspace();
  const id = await aContact(workspace, {
    first_name: 'Grace',
    last_name: 'Hopper',
    email: 'Grace@Example.com',
    phone: '+1 202 555 0100',
    company: 'US Navy',
    title: 'Rear admiral',
    notes: 'Found the moth.',
    tags: ['vip', 'cobol'],
    custom_fields: JSON.stringify({
      text: 'a',
      number: -1.5,
      big: 9_007_199_254_740_991,
      yes: true,
      no: false,
      nothing: null,
    }),
    created_at: '2026-02-03T04:05:06.789+05:45',
    updated_at: '2026-02-03T04:05:06Z',
  });
  const { secret } = await aToken({ workspace });

  const answer = await api.call(`/api/v1/contacts/${id}`, { token: secret });

  expect(answer.data).toEqual({
    contact: {
      id,
      firstName: 'Grace',
      lastName: 'Hopper',
      email: 'Grace@Example.com',
      phone: '+1 202 555 0100',
      company: 'US Navy',
      title: 'Rear admiral',
      notes: 'Found the moth.',
      tags: ['vip', 'cobol'],
      customFields: { text: 'a', number: -1.5, big: 9_007_199_254_740_991, yes: true, no: false, nothing: null },
      createdAt: '2026-02-02T22:20:06.789Z',
      updatedAt: '2026-02-03T04:05:06.000Z',
    },
  });
});

it('tell null for what is not known', async () => {
  const workspace = await aWorkspace();
  const id = await aContact(workspace, { first_name: null, phone: '1' });
  const { secret } = await aToken({ workspace });
  const { contact } = contactData.parse((await api.call(`/api/v1/contacts/${id}`, { token: secret })).data);
  expect(contact).toMatchObject({
    firstName: null,
    lastName: null,
    email: null,
    company: null,
    title: null,
    notes: null,
  });
  expect(contact).toMatchObject({ phone: '1', tags: [], customFields: {} });
});

it('come through with notes of a million characters, length and all', async () => {
  const workspace = await aWorkspace();
  const notes = '"é😀\u0001'.repeat(200_000);
  const id = await aContact(workspace, { notes });
  const { secret } = await aToken({ workspace });
  const answer = await api.call(`/api/v1/contacts/${id}`, { token: secret });
  expect(contactData.parse(answer.data).contact.notes === notes).toBe(true);
  expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.text)));
});

it('may have the same e-mail in two workspaces', async () => {
  for (const workspace of [await aWorkspace(), await aWorkspace()]) {
    const id = await aContact(workspace, { email: 'same@example.com' });
    const { secret } = await aToken({ workspace });
    const answer = await api.call(`/api/v1/contacts/${id}`, { token: secret });
    expect(contactData.parse(answer.data).contact.email).toBe('same@example.com');
  }
});
