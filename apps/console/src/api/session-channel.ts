import { z } from 'zod';

/** Whose session this browser has now: `null` for nobody's. */
const message = z.object({ userId: z.string().nullable() });

const channel = new BroadcastChannel('calkeep.session');

export function announceSession(userId: string | null): void {
  channel.postMessage({ userId });
}

/** What another tab has announced. @returns stops listening. */
export function onSessionElsewhere(listener: (userId: string | null) => void): () => void {
  const listen = (event: MessageEvent) => listener(message.parse(event.data).userId);
  channel.addEventListener('message', listen);
  return () => channel.removeEventListener('message', listen);
}
