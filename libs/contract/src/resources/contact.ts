import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { pagination } from '../pagination.js';

export const contact = z.strictObject({
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
});
export type Contact = z.output<typeof contact>;

export const contactData = z.strictObject({ contact });
export const contactsData = z.strictObject({ contacts: z.array(contact), pagination });
