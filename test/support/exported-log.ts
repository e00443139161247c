import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import path from 'node:path';
import type { AuditExportFormat } from '@calkeep/contract';
import {
  auditExportColumns,
  parseCsvRecord,
  parseNdjsonLine,
  type ChainedAuditEvent,
  type SignedCheckpoint,
} from '@calkeep/security';
import { expect, onTestFinished } from 'vitest';
import { runCalkeep } from '../e2e/calkeep-process.js';
import type { Console } from './console.js';

export interface ExportedLog {
  events: ChainedAuditEvent[];
  checkpoint: SignedCheckpoint | undefined;
}

/** By the codec of the verifier: everything must stand in its place. */
export function parseExport(format: AuditExportFormat, text: string): ExportedLog {
  const lines = text.split(format === 'csv' ? '\r\n' : '\n');
  expect(lines.pop()).toBe('');
  if (format === 'csv') expect(lines.shift()).toBe(auditExportColumns.join(','));
  const records = lines.map(format === 'csv' ? parseCsvRecord : parseNdjsonLine);
  const events = records.flatMap((record) => (record.type === 'event' ? [record.event] : []));
  const last = records.at(-1);
  const checkpoint = last?.type === 'checkpoint' ? last.checkpoint : undefined;
  expect(records).toHaveLength(events.length + (checkpoint ? 1 : 0));
  return { events, checkpoint };
}

/** An answer whose body is read when the test wants it, on a connection of its own. */
export function openAnswer(reader: Console, url: URL): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { Cookie: reader.cookie ?? '' }, agent: false }, (answer) => {
      resolve(answer.setEncoding('utf8'));
    })
      .once('error', reject)
      .end();
  });
}

/** What has come of the body; it is paused from here on. */
export function nextChunk(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    answer.once('error', reject);
    answer.once('data', (chunk: string) => {
      answer.pause();
      resolve(chunk);
    });
  });
}

/** @throws Error when the answer is cut before its end. */
export async function restOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return text;
}

/** What the built `calkeep audit verify` says to programs of an export and the published keys. */
export async function verifiedByCommand(files: { log: string; keys: string }): Promise<unknown> {
  const folder = path.resolve(import.meta.dirname, '../../.tmp/audit', randomUUID());
  await mkdir(folder, { recursive: true });
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [log, keys] = [path.join(folder, 'log'), path.join(folder, 'keys')];
  await Promise.all([writeFile(log, files.log), writeFile(keys, files.keys)]);
  const calkeep = runCalkeep(['audit', 'verify', log, '--keys', keys, '--json'], {});
  await calkeep.ended;
  return JSON.parse(calkeep.output().slice(calkeep.output().indexOf('{')));
}
