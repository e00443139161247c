import { bookingData, bookingsData, bookingStatuses } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { parsePublicId } from '@calkeep/contract';
import { aBooking, aContact, aToken, aWorkspace } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

it('are told whole: every field of the contract, contact and attendees included', async () => {
  const workspace = await aWorkspace();
  const contactId = await aContact(workspace);
  const attendees = [
    { name: 'Zoë "Z" O’Hara 😀\u0001', email: 'zoe@example.com' },
    { name: '', email: '' },
  ];
  const id = await aBooking(workspace, {
    title: 'Kick-off\n"two"',
    start_at: '2026-03-29T00:30:00Z',
    end_at: '2026-03-29T02:30:00+00',
    timezone: 'Europe/Berlin',
    location: 'https://meet.example.com/a?b=c&d',
    contact_id: parsePublicId('contact', contactId),
    attendees: JSON.stringify(attendees),
    created_at: '2026-01-01T00:00:00.001Z',
    updated_at: '2026-01-01T00:00:00.01Z',
  });
  const { secret } = await aToken({ workspace });

  const answer = await api.call(`/api/v1/bookings/${id}`, { token: secret });

  expect(answer.data).toEqual({
    booking: {
      id,
      title: 'Kick-off\n"two"',
      status: 'confirmed',
      startAt: '2026-03-29T00:30:00.000Z',
      endAt: '2026-03-29T02:30:00.000Z',
      timezone: 'Europe/Berlin',
      location: 'https://meet.example.com/a?b=c&d',
      contactId,
      attendees,
      cancellation: null,
      createdAt: '2026-01-01T00:00:00.001Z',
      updatedAt: '2026-01-01T00:00:00.010Z',
    },
  });
  expect(bookingsData.parse((await api.call('/api/v1/bookings', { token: secret })).data).bookings).toEqual([
    answer.data['booking'],
  ]);
});

it.each(bookingStatuses)('that are %s keep to the schema', async (status) => {
  const workspace = await aWorkspace();
  const cancellation = status === 'cancelled' ? { reason: null, cancelledAt: '2026-02-01T00:00:00.000Z' } : null;
  const id = await aBooking(workspace, { status, cancellation: cancellation && JSON.stringify(cancellation) });
  const { secret } = await aToken({ workspace });
  const { booking } = bookingData.parse((await api.call(`/api/v1/bookings/${id}`, { token: secret })).data);
  expect(booking).toMatchObject({ status, cancellation, contactId: null, location: null, attendees: [] });
});
