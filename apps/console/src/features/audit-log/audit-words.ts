import type { AuditEventRow } from '@calkeep/contract';
import { texts } from '../../texts/index.js';

const words = texts.auditLog;
const actions: Readonly<Record<string, string>> = words.actions;

/** In plain words; a code that is newer than this page stands for itself. */
export function actionOf({ action }: AuditEventRow): string {
  return actions[action] ?? action;
}

export function actorOf({ actor }: AuditEventRow): string {
  return actor.name ?? words.actors[actor.type] ?? actor.type;
}

/** What an entry is about, by what it says of it itself. */
export function targetOf({ target, payload }: AuditEventRow): string {
  const { displayPrefix, name, email } = payload;
  const own = [displayPrefix, name, email].find((value) => typeof value === 'string');
  const kind = target.type === null ? '' : (words.targets[target.type] ?? target.type);
  return [kind, own].filter(Boolean).join(' ');
}
