import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { emailInput, emptyPatchError, isNotEmpty, lineInput, phoneInput, textInput } from '../input.js';
import { filterText, oneOf } from '../list-query.js';
import { timeBound } from '../time-bound.js';
import { isPageOrCursor, pageOrCursorError, walkPagination, walkParameters } from '../walk.js';

export const contact = z
  .strictObject({
    id: publicId('contact'),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    company: z.string().nullable(),
    title: z.string().nullable(),
    notes: z.string().nullable(),
    tags: z.array(z.string()),
    customFields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({
    id: 'Contact',
    description: 'A person. At least one of name, email and phone is there.',
    examples: [
      {
        id: 'con_01m82nw2zbe008ytd69596mhp2',
        firstName: 'Guy',
        lastName: 'Hamill',
        email: 'guy.hamill@mail.example.com',
        phone: '+15125550124',
        company: 'Hamill & Daughters',
        title: null,
        notes: null,
        tags: ['partner', 'vip'],
        customFields: { leadSource: 'Referral', accountValue: 10250 },
        createdAt: '2026-11-22T22:26:19.243Z',
        updatedAt: '2026-11-22T22:26:19.243Z',
      },
    ],
  });
export type Contact = z.output<typeof contact>;

export const contactSorts = [
  ...(['-createdAt', 'createdAt', '-updatedAt', 'updatedAt'] as const),
  ...(['-lastName', 'lastName', '-company', 'company'] as const),
] as const;
export type ContactSort = (typeof contactSorts)[number];

export const contactsQuery = z
  .strictObject({
    ...walkParameters,
    email: filterText(320).optional().describe('The whole address, without regard to case.'),
    q: filterText(100)
      .optional()
      .describe(
        'What a first name, last name, both of them, an e-mail or a company begins with, without regard to case.',
      ),
    tag: filterText(100).optional().describe('One of its tags, as it is written.'),
    updatedSince: timeBound.optional().describe('Changed at this time or later.'),
    createdFrom: timeBound.optional().describe('Created at this time or later.'),
    createdTo: timeBound.optional().describe('Created before this time, which is excluded.'),
    sort: oneOf(contactSorts).default('-createdAt'),
  })
  .refine(isPageOrCursor, pageOrCursorError);
export type ContactsQuery = z.output<typeof contactsQuery>;

export const contactData = z.strictObject({ contact });
export const contactsData = z.strictObject({ contacts: z.array(contact), pagination: walkPagination });

const tagsMax = 50;
/** Above the ceiling of any plan: what a body may hold at all. */
const customFieldsMax = 500;

const customFieldName = lineInput(64);
const customFieldValue = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()], {
  error: 'must be a string of at most 1000 characters, a number, true, false or null',
});

/** What callers may set; `null` clears. */
const contactInput = {
  firstName: lineInput(100).nullable().optional(),
  lastName: lineInput(100).nullable().optional(),
  email: emailInput.nullable().optional(),
  phone: phoneInput.nullable().optional(),
  company: lineInput(200).nullable().optional(),
  title: lineInput(200).nullable().optional(),
  notes: textInput.nullable().optional(),
  tags: z
    .array(lineInput(50))
    .max(tagsMax)
    .transform((tags) => [...new Set(tags)])
    .nullable()
    .optional()
    .describe('Takes the place of the tags there are. Duplicates collapse.'),
  customFields: z
    .record(customFieldName, customFieldValue)
    .refine((fields) => Object.keys(fields).length <= customFieldsMax, {
      error: `must have at most ${customFieldsMax} fields`,
    })
    .nullable()
    .optional()
    .describe('Fields that are named are set, or with null removed; others stay (RFC 7396).'),
};

/** What a contact is called or reached by: it has at least one of these. */
const identifying = ['firstName', 'lastName', 'email', 'phone'] as const;
export const identifyingError = 'must have a firstName, a lastName, an email or a phone';

export const newContact = z
  .strictObject(contactInput)
  .refine((draft) => identifying.some((name) => typeof draft[name] === 'string'), { error: identifyingError })
  .meta({ id: 'NewContact', description: identifyingError });
export type NewContact = z.output<typeof newContact>;

export const contactPatch = z
  .strictObject(contactInput)
  .refine(isNotEmpty, emptyPatchError)
  .meta({ id: 'ContactPatch', description: 'What is to change; null clears. At least one field.' });
export type ContactPatch = z.output<typeof contactPatch>;
