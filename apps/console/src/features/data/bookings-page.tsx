import { bookingsData, type Booking } from '@calkeep/contract';
import { Badge } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { Instant } from '../../components/instant.js';
import { texts } from '../../texts/index.js';
import { DataList, type DataKind } from './data-list.js';

const words = texts.data.bookings;

const bookings: DataKind<Booking> = {
  ...words,
  resource: 'bookings',
  schema: bookingsData,
  rowsOf: (data) => bookingsData.parse(data).bookings,
  keyOf: ({ id }) => id,
  cellsOf: (booking) => [
    booking.title,
    <Badge key="status" variant="default">
      {words.statuses[booking.status]}
    </Badge>,
    <Instant key="start" at={booking.startAt} isExact />,
    <Instant key="end" at={booking.endAt} isExact />,
    booking.attendees.map(({ name }) => name).join(', '),
  ],
};

export function BookingsPage() {
  return <DataList kind={bookings} search={useSearch({ from: '/signed-in/workspaces/$ws/bookings' })} />;
}
