import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkpointNdjsonLine } from '@calkeep/security';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aLog, aSigner, exportFormats, exportText, signPoint } from '../../../../test/support/audit-export.js';
import { projectRoot } from '../settings.js';

const { workspaceId, events } = aLog(6);
const signer = aSigner();
const tail = events.at(-1) ?? expect.fail('no entries');
const checkpoint = signPoint(signer, workspaceId, tail);
const whole = exportText('ndjson', events, checkpoint);
const edited = exportText('csv', events.with(3, { ...tail, seq: 4 }), checkpoint);
const keySet = JSON.stringify({ keys: [{ kty: 'RSA', n: 'x' }, ...signer.publicKeys()] });

/** Writes files into a folder of the test's own, and gives their paths. */
async function aFolder(files: Record<string, string>): Promise<string> {
  const folder = path.join(projectRoot, '.tmp', 'audit', randomUUID());
  await mkdir(folder, { recursive: true });
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(folder, name), text)));
  return folder;
}

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command in a folder with these files. */
async function verify(args: readonly string[], files: Record<string, string> = {}, input = ''): Promise<Ran> {
  const cwd = await aFolder(files);
  const command = [path.join(projectRoot, 'apps/cli/dist/main.js'), 'audit', 'verify', ...args];
  const child = spawn(process.execPath, command, { cwd, stdio: 'pipe' });
  const ran = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (ran.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (ran.stderr += text));
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(await readdir(cwd)).toHaveLength(Object.keys(files).length);
  return { code, ...ran };
}

describe('calkeep audit verify', { timeout: 60_000 }, () => {
  it('says to people that a log is valid, and ends with 0', async () => {
    const { code, stdout } = await verify(['log', '--keys', 'keys'], { log: whole, keys: keySet });
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `Valid: 6 entries (1 to 6) of ${workspaceId}.`,
      `Head: ${checkpoint.hash}`,
      'Checkpoint: signed for the last entry, so no tail is cut off.',
      '',
    ]);
  });

  it('says to people where a log is broken and how, and ends with 1', async () => {
    const { code, stdout } = await verify(['log'], { log: edited });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Broken at entry 4 \(line \d+\): it does not go on from entry 3/);
  });

  it.each(exportFormats)('says to programs, from standard input too, what it found in %s', async (format) => {
    const cut = exportText(format, events.slice(0, 5), checkpoint);
    const { code, stdout } = await verify(['-', '--json', '--keys', 'keys'], { keys: keySet }, cut);
    expect(code).toBe(1);
    const { line, ...verdict } = JSON.parse(stdout);
    expect(line).toBeGreaterThan(5);
    expect(verdict).toEqual({
      ...{ valid: false, workspaceId, firstSeq: 1, entries: 5, head: Buffer.from(tail.prevHash).toString('hex') },
      ...{ checkpoint: 'valid', firstBrokenSeq: 6, reason: 'cut_off' },
      explanation: 'entry 6 is cut off: the checkpoint of the file is that of entry 6',
    });
  });

  it.each([
    ['as JSON', JSON.stringify(checkpoint, null, 2)],
    ['as the last line of an export', `${checkpointNdjsonLine(checkpoint)}\n`],
  ])('holds the log against a checkpoint that was kept %s', async (_, kept) => {
    const log = exportText('ndjson', events.slice(0, 5));
    const { code, stdout } = await verify(['log', '--checkpoint', 'kept', '--json'], { log, kept });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ firstBrokenSeq: 6, checkpoint: 'missing', keptCheckpoint: 'unchecked' });
  });

  it('shows progress, and not on standard output', async () => {
    const { stderr } = await verify(['log', '--json'], { log: whole });
    expect(stderr).toBe('100 %\n');
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    [
      'a line that is no entry',
      ['log'],
      { log: `${exportText('ndjson', events)}{"seq":7}\n` },
      /line 7: workspaceId is/,
    ],
    ['an empty file', ['log'], { log: '' }, /nothing to verify/],
    ['a file that is not there', ['log'], {}, /^log cannot be read: ENOENT/],
    ['a folder', ['.'], {}, /^\. cannot be read: EISDIR/],
    ['keys that are not there', ['log', '--keys', 'keys'], { log: whole }, /^keys is not there$/],
    ['keys that are none', ['log', '--keys', 'log'], { log: whole }, /^log holds no Ed25519 keys/],
    [
      'a checkpoint that is none',
      ['log', '--checkpoint', 'kept'],
      { log: whole, kept: '{}' },
      /^kept is not a checkpoint/,
    ],
    ['an option that does not exist', ['log', '--key', 'keys'], { log: whole }, /unknown option '--key'/],
    ['no file', [], {}, /missing required argument 'file'/],
  ])('ends with 2, in words and without a stack, given %s', async (_, args, files, message) => {
    const { code, stdout, stderr } = await verify(args, files);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim()).toMatch(new RegExp(message.source, 'm'));
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
