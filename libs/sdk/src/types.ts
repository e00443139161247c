import type { components, operations } from './generated/openapi.js';

type Schemas = components['schemas'];

export type Booking = Schemas['Booking'];
export type CalendarAccount = Schemas['CalendarAccount'];
export type Contact = Schemas['Contact'];
export type ContactPatch = Schemas['ContactPatch'];
export type ErrorCode = Schemas['ErrorCode'];
export type ExplainRequest = Schemas['ExplainRequest'];
export type Explanation = Schemas['Explanation'];
export type Me = Schemas['Me'];
export type NewContact = Schemas['NewContact'];
export type NewReminder = Schemas['NewReminder'];
export type NewTask = Schemas['NewTask'];
export type Pagination = Schemas['Pagination'];
export type Reminder = Schemas['Reminder'];
export type Task = Schemas['Task'];
export type TaskPatch = Schemas['TaskPatch'];
export type Workspace = Schemas['Workspace'];

/** The query of a list: its filters, `sort`, `limit`, and a `page` or `cursor` to begin at. Times may be given as `Date`. */
type QueryOf<Name extends keyof operations> = Timely<NonNullable<operations[Name]['parameters']['query']>>;
type Timely<Query> = { [Name in keyof Query]: Name extends TimeName ? Query[Name] | Date : Query[Name] };
type TimeName = 'updatedSince' | 'createdFrom' | 'createdTo' | 'from' | 'to' | 'dueBefore' | 'dueFrom' | 'dueTo';

export type BookingsQuery = QueryOf<'listBookings'>;
export type CalendarAccountsQuery = QueryOf<'listCalendarAccounts'>;
export type ContactsQuery = QueryOf<'listContacts'>;
export type RemindersQuery = QueryOf<'listReminders'>;
export type TasksQuery = QueryOf<'listTasks'>;
