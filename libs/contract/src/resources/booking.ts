import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { idFilter, oneOf } from '../list-query.js';
import { timeBound } from '../time-bound.js';
import { isPageOrCursor, pageOrCursorError, walkPagination, walkParameters } from '../walk.js';

export const bookingStatuses = ['confirmed', 'cancelled', 'rescheduled', 'no_show', 'completed'] as const;

export const booking = z
  .strictObject({
    id: publicId('booking'),
    title: z.string(),
    status: z.enum(bookingStatuses),
    startAt: instant,
    endAt: instant,
    timezone: z.string().describe('IANA time zone in which the booking was made.'),
    location: z.string().nullable(),
    contactId: publicId('contact').nullable(),
    attendees: z.array(z.strictObject({ name: z.string(), email: z.string() })),
    cancellation: z.strictObject({ reason: z.string().nullable(), cancelledAt: instant }).nullable(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({
    id: 'Booking',
    description: 'A meeting that was booked.',
    examples: [
      {
        id: 'bkg_01m82nw2zbe008ytd69596mhp3',
        title: 'Intro call',
        status: 'confirmed',
        startAt: '2026-12-01T15:00:00.000Z',
        endAt: '2026-12-01T15:30:00.000Z',
        timezone: 'America/Chicago',
        location: 'https://meet.example.com/intro',
        contactId: 'con_01m82nw2zbe008ytd69596mhp2',
        attendees: [{ name: 'Guy Hamill', email: 'guy.hamill@mail.example.com' }],
        cancellation: null,
        createdAt: '2026-11-22T22:26:19.243Z',
        updatedAt: '2026-11-22T22:26:19.243Z',
      },
    ],
  });
export type Booking = z.output<typeof booking>;

export const bookingSorts = ['-createdAt', 'createdAt', '-updatedAt', 'updatedAt', '-startAt', 'startAt'] as const;
export type BookingSort = (typeof bookingSorts)[number];

export const bookingsQuery = z
  .strictObject({
    ...walkParameters,
    status: oneOf(bookingStatuses).optional(),
    from: timeBound.optional().describe('Starting at this time or later.'),
    to: timeBound.optional().describe('Starting before this time, which is excluded.'),
    contactId: idFilter.optional().describe('Bookings with this contact.'),
    updatedSince: timeBound.optional().describe('Changed at this time or later.'),
    sort: oneOf(bookingSorts).default('-createdAt'),
  })
  .refine(isPageOrCursor, pageOrCursorError);
export type BookingsQuery = z.output<typeof bookingsQuery>;

export const bookingData = z.strictObject({ booking });
export const bookingsData = z.strictObject({ bookings: z.array(booking), pagination: walkPagination });
