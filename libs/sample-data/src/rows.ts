/** What the tables take, columns by their own names; instants are RFC 3339 texts. */

interface Row {
  id: string;
  created_at: string;
  updated_at: string;
}

export interface ContactRow extends Row {
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  company: string | null;
  title: string | null;
  notes: string | null;
  tags: string[];
  custom_fields: Record<string, string | number | boolean | null>;
}

export interface BookingRow extends Row {
  title: string;
  status: string;
  start_at: string;
  end_at: string;
  timezone: string;
  location: string | null;
  contact_id: string | null;
  attendees: { name: string; email: string }[];
  cancellation: { reason: string | null; cancelledAt: string } | null;
}

export interface TaskRow extends Row {
  title: string;
  notes: string | null;
  status: string;
  due_at: string | null;
  contact_id: string | null;
  completed_at: string | null;
}

export interface ReminderRow extends Row {
  title: string;
  status: string;
  due_at: string;
  contact_id: string | null;
  booking_id: string | null;
  task_id: string | null;
}

export interface CalendarAccountRow extends Row {
  provider: string;
  email: string;
  status: string;
  last_sync_at: string | null;
  last_error_code: string | null;
}
