import type { ContactPatch, NewContact, PlanCode } from '@calkeep/contract';
import { finishJson, violatedConstraint, type WorkspaceDatabase, type WorkspaceWriter } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { Ceiling } from '../resources/quota.js';
import type { Version } from '../resources/versions.js';
import { contactByEmail, contactVersion, createContact, updateContact } from './contact-write-statements.js';

/** The contact as JSON text, or why it is not there. */
export type WrittenContact =
  | { readonly item: string }
  | { readonly isOver: Ceiling }
  | { readonly isRefused: 'email-taken' | 'unnamed' | 'not-there' | 'changed' };

export interface ContactChange {
  /** Bare UUID. */
  readonly id: string;
  readonly patch: ContactPatch;
  /** That the row must have. */
  readonly version: string | null;
  readonly plan: PlanCode;
}

/** The constraints of the table that a change can run into. */
const refusals = { contacts_email_key: 'email-taken', contacts_check: 'unnamed' } as const;

@Injectable()
export class ContactWritesRepository {
  async create(db: WorkspaceWriter, id: string, draft: NewContact, plan: PlanCode): Promise<WrittenContact> {
    const { customFields, ...columns } = draft;
    const { set } = fieldChanges(customFields);
    const [row] = await db.write(
      { statement: createContact },
      ...[plan, id, JSON.stringify(withoutNulls(columns)), JSON.stringify(set)],
    );
    const [item, contactsMax, total, customFieldsMax] = row ?? [];
    if (typeof item === 'string') return { item: finishJson(item) };
    if (contactsMax !== null && Number(total) >= Number(contactsMax))
      return { isOver: { resource: 'contacts', limit: Number(contactsMax), used: Number(total) } };
    const isOver = customFieldsOver(Object.keys(set).length, customFieldsMax);
    return isOver ? { isOver } : { isRefused: 'email-taken' };
  }

  async update(db: WorkspaceWriter, { id, patch, version, plan }: ContactChange): Promise<WrittenContact> {
    const { customFields, ...columns } = patch;
    const { clears, set, removed } = fieldChanges(customFields);
    const values = [id, JSON.stringify(columns), version, clears, JSON.stringify(set), removed, plan];
    try {
      const [row] = await db.write({ statement: updateContact }, ...values);
      if (!row) return { isRefused: 'not-there' };
      const [item, count, customFieldsMax] = row;
      if (typeof item === 'string') return { item: finishJson(item) };
      const isOver = customFieldsOver(Number(count), customFieldsMax);
      return isOver ? { isOver } : { isRefused: 'changed' };
    } catch (error) {
      const isRefused = Reflect.get(
        refusals,
        violatedConstraint(error) ?? '',
      ) as (typeof refusals)[keyof typeof refusals];
      if (isRefused === undefined) throw error;
      return { isRefused };
    }
  }

  async findVersion(db: WorkspaceDatabase, id: string): Promise<Version | null> {
    const [row] = await db.read(contactVersion, id);
    return row ? { item: finishJson(String(row[0])), version: String(row[1]) } : null;
  }

  /** Bare UUID. */
  async findIdByEmail(db: WorkspaceWriter, email: string): Promise<string | null> {
    const [row] = await db.write({ statement: contactByEmail }, email);
    return row ? String(row[0]) : null;
  }
}

type CustomFields = NewContact['customFields'];

/** A JSON merge patch (RFC 7396) of a flat object: what is set, and what is removed. */
function fieldChanges(fields: CustomFields) {
  const entries = Object.entries(fields ?? {});
  return {
    clears: fields === null,
    set: Object.fromEntries(entries.filter(([, value]) => value !== null)),
    removed: entries.filter(([, value]) => value === null).map(([name]) => name),
  };
}

function withoutNulls(columns: object): object {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null));
}

function customFieldsOver(used: number, max: unknown): Ceiling | null {
  const limit = Number(max);
  return used > limit ? { resource: 'custom_fields', limit, used } : null;
}
