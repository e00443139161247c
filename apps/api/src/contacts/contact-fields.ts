import { id, instant, json, type JsonField } from '@calkeep/database';

/** A contact as the contract shapes it, of the row `r`. */
export const contactFields: Record<string, JsonField> = {
  id: id('contact', 'r.id'),
  firstName: json('r.first_name'),
  lastName: json('r.last_name'),
  email: json('r.email'),
  phone: json('r.phone'),
  company: json('r.company'),
  title: json('r.title'),
  notes: json('r.notes'),
  tags: json('r.tags'),
  customFields: json('r.custom_fields'),
  createdAt: instant('r.created_at'),
  updatedAt: instant('r.updated_at'),
};
