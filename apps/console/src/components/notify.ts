import { notifications } from '@mantine/notifications';
import { messageOf } from './error-state.js';

export function notifyDone(message: string): void {
  notifications.show({ color: 'teal', message });
}

export function notifyFailure(error: unknown): void {
  notifications.show({ color: 'red', message: messageOf(error), role: 'alert' });
}
