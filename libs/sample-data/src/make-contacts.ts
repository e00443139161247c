import type { Faker } from '@faker-js/faker';
import type { ContactRow } from './rows.js';
import { between, dayMs, instantOf, sometimes } from './pick.js';
import type { MakeContext } from './make-context.js';

const tags = ['customer', 'lead', 'newsletter', 'partner', 'prospect', 'referral', 'trial', 'vip', 'renewal', 'press'];
const leadSources = ['Website', 'Referral', 'Webinar', 'Trade fair', 'Cold call', 'LinkedIn'];
const notes = [
  'Prefers calls in the morning.',
  'Met at the spring trade fair; asked for the price list.',
  'Decision expected after the board meeting.',
  'Asked for an invoice with purchase order number.',
  'Speaks German and English.',
  'Introduced by a customer of many years.',
  'Wants to see the calendar integration before signing.',
  'On parental leave until next quarter; the assistant has the calendar.',
];
/** Numbers that their countries keep free for fiction, so that nobody's telephone rings. */
const phones: readonly (readonly [prefix: string, from: number, to: number, digits: number])[] = [
  ...['206', '212', '303', '312', '415', '512', '617', '702'].map((area) => [`+1${area}55501`, 0, 99, 2] as const),
  ['+442079460', 0, 999, 3],
  ['+447700900', 0, 999, 3],
  ['+493023125', 0, 999, 3],
  ['+331990000', 0, 99, 2],
  ['+61270100', 0, 999, 3],
];

/** `count` contacts of the past year, oldest first. */
export function makeContacts(context: MakeContext, count: number): ContactRow[] {
  const { faker, nowMs, nextUuid } = context;
  const createdAt = Array.from({ length: count }, () => between(faker, nowMs - 365 * dayMs, nowMs - dayMs / 4));
  createdAt.sort((a, b) => a - b);
  const emails = new Set<string>();
  return createdAt.map((atMs) => ({
    id: nextUuid(atMs),
    ...makePerson(faker, emails),
    notes: sometimes(faker, 30, () => faker.helpers.arrayElement(notes)),
    tags: faker.helpers.arrayElements(tags, { min: 0, max: 3 }).sort(),
    custom_fields: makeCustomFields(faker),
    created_at: instantOf(atMs),
    updated_at: instantOf(sometimes(faker, 60, () => between(faker, atMs, nowMs)) ?? atMs),
  }));
}

type Person = Pick<ContactRow, 'first_name' | 'last_name' | 'email' | 'phone' | 'company' | 'title'>;

function makePerson(faker: Faker, emails: Set<string>): Person {
  const firstName = faker.person.firstName();
  const lastName = faker.person.lastName();
  const company = sometimes(faker, 88, () => faker.company.name());
  return {
    first_name: firstName,
    last_name: lastName,
    email: sometimes(faker, 95, () => makeEmail(`${firstName}.${lastName}`, company, emails)),
    phone: sometimes(faker, 80, () => makePhone(faker)),
    company,
    title: company === null ? null : sometimes(faker, 85, () => faker.person.jobTitle()),
  };
}

/** Below a domain that belongs to nobody (RFC 2606), and unique among `emails`, to which it is added. */
function makeEmail(name: string, company: string | null, emails: Set<string>): string {
  const local = slug(name, '.');
  const domain = company === null ? 'mail.example.com' : `${slug(company, '-')}.example.com`;
  let email = `${local}@${domain}`;
  for (let number = 2; emails.has(email); number += 1) email = `${local}${number}@${domain}`;
  emails.add(email);
  return email;
}

function slug(text: string, separator: string): string {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ['someone'];
  return words.join(separator);
}

function makePhone(faker: Faker): string {
  const [prefix, from, to, digits] = faker.helpers.arrayElement(phones);
  return `${prefix}${String(faker.number.int({ min: from, max: to })).padStart(digits, '0')}`;
}

function makeCustomFields(faker: Faker): ContactRow['custom_fields'] {
  return {
    leadSource: faker.helpers.arrayElement(leadSources),
    ...(faker.datatype.boolean(0.5) ? { accountValue: faker.number.int({ min: 5, max: 400 }) * 250 } : {}),
    ...(faker.datatype.boolean(0.3) ? { isDecisionMaker: faker.datatype.boolean() } : {}),
  };
}
