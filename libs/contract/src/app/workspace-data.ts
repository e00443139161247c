import type { z } from 'zod';
import { oneOf } from '../list-query.js';
import { bookingsQuery } from '../resources/booking.js';
import { contactsQuery } from '../resources/contact.js';
import { tasksQuery } from '../resources/task.js';
import { dataModes } from './data-mode.js';

const mode = { mode: oneOf(dataModes).default('live') };

/** The public lists' own parameters, and the mode that there a token brings along. */
export const workspaceContactsQuery = contactsQuery.safeExtend(mode);
export type WorkspaceContactsQuery = z.output<typeof workspaceContactsQuery>;

export const workspaceBookingsQuery = bookingsQuery.safeExtend(mode);
export type WorkspaceBookingsQuery = z.output<typeof workspaceBookingsQuery>;

export const workspaceTasksQuery = tasksQuery.safeExtend(mode);
export type WorkspaceTasksQuery = z.output<typeof workspaceTasksQuery>;
