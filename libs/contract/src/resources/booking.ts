import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { pagination } from '../pagination.js';

export const bookingStatuses = ['confirmed', 'cancelled', 'rescheduled', 'no_show', 'completed'] as const;

export const booking = z.strictObject({
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
});
export type Booking = z.output<typeof booking>;

export const bookingData = z.strictObject({ booking });
export const bookingsData = z.strictObject({ bookings: z.array(booking), pagination });
