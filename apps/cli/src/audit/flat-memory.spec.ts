// Verifies an export of AUDIT_ROWS entries (200,000 without it) that is made while it is read. For the million:
//   AUDIT_ROWS=1000000 npx vitest run apps/cli/src/audit/flat-memory.spec.ts
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { newId } from '@calkeep/contract';
import { expect, it } from 'vitest';
import {
  chainEvents,
  exportEvent,
  exportFormats,
  exportHead,
  type ExportFormat,
} from '../../../../test/support/audit-export.js';
import { projectRoot } from '../settings.js';

const rows = Number(process.env['AUDIT_ROWS'] ?? 200_000);
/** The command itself takes most of it. Entries that were kept would end the process long before the last. */
const heapMegabytesMax = 96;
const writtenAtOnce = 500;

it.each(exportFormats)(`verifies ${rows} entries of %s in flat memory`, { timeout: 600_000 }, async (format) => {
  const command = [path.join(projectRoot, 'apps/cli/dist/main.js'), 'audit', 'verify', '-', '--json'];
  const child = spawn(process.execPath, [`--max-old-space-size=${heapMegabytesMax}`, ...command], { stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = once(child, 'close');
  await Promise.race([writeExport(child.stdin, format), ended]);
  const [code] = await ended;
  expect(code, output).toBe(0);
  expect(output).toContain(`"entries": ${rows}`);
});

async function writeExport(to: Writable, format: ExportFormat): Promise<void> {
  // When the command ends early, its exit code says so.
  to.on('error', () => undefined);
  to.write(exportHead[format]);
  let text = '';
  for (const event of chainEvents(newId('workspace'), rows)) {
    text += exportEvent(format, event);
    if (event.seq % writtenAtOnce !== 0) continue;
    if (!to.write(text)) await once(to, 'drain');
    text = '';
  }
  to.end(text);
}
