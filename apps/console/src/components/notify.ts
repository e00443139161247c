import { notifications } from '@mantine/notifications';
import { texts } from '../texts/index.js';
import { messageOf } from './error-state.js';

const closeButtonProps = { 'aria-label': texts.common.close };

export function notifyDone(message: string): void {
  notifications.show({ color: 'teal', message, closeButtonProps });
}

export function notifyFailure(error: unknown): void {
  notifications.show({ color: 'red', message: messageOf(error), role: 'alert', closeButtonProps });
}
