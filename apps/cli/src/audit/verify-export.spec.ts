import { newId } from '@calkeep/contract';
import { genesisHash, type AuditPublicKey, type ChainedAuditEvent, type SignedCheckpoint } from '@calkeep/security';
import { describe, expect, it } from 'vitest';
import {
  aLog,
  aSigner,
  chainAnew,
  exportEvent,
  exportFormats,
  exportText,
  signPoint,
  type ExportFormat,
} from '../../../../test/support/audit-export.js';
import { describeVerdict } from './describe-verdict.js';
import { readExport } from './read-export.js';
import { verifyExport, type ExportVerdict } from './verify-export.js';

const { workspaceId, events } = aLog(10);
const foreign = aLog(10);
const signer = aSigner();
const publicKeys = signer.publicKeys();
const at = (seq: number): ChainedAuditEvent => events[seq - 1] ?? expect.fail(`no entry ${seq}`);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const pointAt = (seq: number) => signPoint(signer, workspaceId, at(seq));
const last = pointAt(10);
const genesis = { seq: 0, hash: genesisHash(workspaceId) };

interface Given {
  checkpoint?: SignedCheckpoint | undefined;
  kept?: SignedCheckpoint;
  publicKeys?: readonly AuditPublicKey[] | undefined;
}

async function verifyText(text: string, given: Given = {}): Promise<ExportVerdict> {
  async function* chunks() {
    yield Buffer.from(text);
  }
  return verifyExport({ records: readExport(chunks()), publicKeys, ...given });
}

describe.each(exportFormats)('verifyExport of %s', (format: ExportFormat) => {
  const verify = (entries: readonly ChainedAuditEvent[], given: Given = {}) =>
    verifyText(exportText(format, entries, 'checkpoint' in given ? given.checkpoint : last), given);

  /** The line on which an entry begins; odd ones have a cell of two lines in CSV. */
  const lineOf = (seq: number) => {
    const before = exportText(format, events.slice(0, seq - 1));
    return before.split('\n').length;
  };

  it('accepts a log that nobody touched, and says where it ends', async () => {
    expect(await verify(events)).toEqual({
      ...{ valid: true, workspaceId, firstSeq: 1, entries: 10, head: hex(at(10).hash), checkpoint: 'valid' },
    });
  });

  it('accepts a part of a log, from what its first entry says came before', async () => {
    const verdict = await verify(events.slice(4, 8), { checkpoint: pointAt(8) });
    expect(verdict).toEqual({
      ...{ valid: true, workspaceId, firstSeq: 5, entries: 4, head: hex(at(8).hash), checkpoint: 'valid' },
    });
    expect(describeVerdict(verdict)).toContain('what came before entry 5 is not in it');
  });

  it('accepts the log of a workspace in which nothing has happened, by its checkpoint', async () => {
    const verdict = await verify([], { checkpoint: signPoint(signer, workspaceId, genesis) });
    expect(verdict).toMatchObject({ valid: true, entries: 0, head: hex(genesis.hash), checkpoint: 'valid' });
  });

  it('says that a cut tail cannot be seen where there is no checkpoint', async () => {
    const verdict = await verify(events.slice(0, 8), { checkpoint: undefined });
    expect(verdict).toMatchObject({ valid: true, entries: 8, checkpoint: 'missing' });
    expect(describeVerdict(verdict)).toContain('a tail that was cut off cannot be seen');
  });

  it('says that a signature was not checked where there are no keys', async () => {
    const verdict = await verify(events, { publicKeys: undefined, kept: pointAt(3) });
    expect(verdict).toMatchObject({ valid: true, checkpoint: 'unchecked', keptCheckpoint: 'unchecked' });
    expect(describeVerdict(verdict)).toMatch(/Checkpoint: its signature was not checked.*\n.*its signature was not/);
  });

  describe('names the first bad entry, its line and what is wrong with it when', () => {
    const edited = { ...at(5), ip: '192.0.2.9' };
    const swapped = events.with(2, at(7)).with(6, at(3));
    const stranger = foreign.events[4] ?? expect.fail('no foreign entry');
    it.each<[string, readonly ChainedAuditEvent[], number, string, RegExp]>([
      ['a field was edited', events.with(4, edited), 5, 'wrong_hash', /it was edited/],
      ['an entry was removed', events.toSpliced(4, 1), 5, 'wrong_seq', /entry 5 is not here: entry 6 comes next/],
      ['entries were removed', events.toSpliced(4, 2), 5, 'wrong_seq', /entries 5 to 6 are not here: entry 7 comes/],
      ['an entry was inserted', events.toSpliced(5, 0, at(2)), 6, 'wrong_seq', /entry 2 stands here once more/],
      ['two entries changed places', swapped, 3, 'wrong_seq', /entries 3 to 6 are not here: entry 7 comes next/],
      ['an entry is of another workspace', events.with(4, stranger), 5, 'foreign_workspace', /another workspace/],
      [
        'such an entry was renamed',
        events.with(4, { ...stranger, workspaceId }),
        5,
        'wrong_prev_hash',
        /not go on from/,
      ],
    ])('%s', async (_, entries, firstBrokenSeq, reason, explanation) => {
      const verdict = await verify(entries);
      expect(verdict).toMatchObject({ valid: false, firstBrokenSeq, reason, entries: firstBrokenSeq - 1 });
      expect(verdict).toMatchObject({ line: lineOf(firstBrokenSeq), head: hex(at(firstBrokenSeq - 1).hash) });
      expect(verdict.checkpoint).toBe('unchecked');
      expect(verdict.explanation).toMatch(explanation);
      expect(describeVerdict(verdict)).toMatch(
        new RegExp(`^Broken at entry ${firstBrokenSeq} \\(line ${verdict.line}\\)`),
      );
    });
  });

  it('shows a log that does not begin as its workspace does', async () => {
    const verdict = await verify([{ ...at(1), prevHash: Buffer.alloc(32) }]);
    expect(verdict).toMatchObject({ valid: false, firstBrokenSeq: 1, reason: 'wrong_prev_hash' });
    expect(verdict.explanation).toMatch(/does not begin as the log of this workspace begins/);
  });

  it('shows a first entry that has no place in a log', async () => {
    expect(await verify([{ ...at(1), seq: 0 }])).toMatchObject({
      valid: false,
      firstBrokenSeq: 1,
      reason: 'wrong_seq',
    });
  });

  describe('by the checkpoint of the file', () => {
    it.each([
      ['an entry', 9, /^entry 10 is cut off/],
      ['a tail', 6, /^entries 7 to 10 are cut off: the checkpoint of the file is that of entry 10$/],
      ['every entry', 0, /^entries 1 to 10 are cut off/],
    ])('shows that %s was cut off', async (_, kept, explanation) => {
      const verdict = await verify(events.slice(0, kept));
      expect(verdict).toMatchObject({ valid: false, firstBrokenSeq: kept + 1, reason: 'cut_off', checkpoint: 'valid' });
      expect(verdict.explanation).toMatch(explanation);
    });

    it('shows a log that was rewritten, hashes and all', async () => {
      const rewritten = chainAnew(workspaceId, events.with(4, { ...at(5), ip: null }));
      expect(await verify(rewritten, { checkpoint: undefined })).toMatchObject({ valid: true });
      expect(await verify(rewritten)).toMatchObject({ firstBrokenSeq: 10, reason: 'contradicts_checkpoint' });
    });

    it('shows entries that were appended', async () => {
      expect(await verify(events, { checkpoint: pointAt(8) })).toMatchObject({
        ...{ valid: false, firstBrokenSeq: 9, reason: 'beyond_checkpoint' },
      });
      const appended = exportText(format, events.slice(0, 8), pointAt(8)) + exportEvent(format, at(9));
      expect(await verifyText(appended)).toMatchObject({
        valid: false,
        firstBrokenSeq: 9,
        reason: 'beyond_checkpoint',
      });
    });

    it.each<[string, Partial<SignedCheckpoint>, string]>([
      ['its hash', { hash: '00'.repeat(32) }, 'checkpoint_forged'],
      ['its number', { seq: 9 }, 'checkpoint_forged'],
      ['its time', { createdAt: '2020-01-01T00:00:00.000Z' }, 'checkpoint_forged'],
      ['its key', { keyId: '2020a' }, 'checkpoint_unknown_key'],
    ])('shows that %s was forged', async (_, edit, reason) => {
      const verdict = await verify(events, { checkpoint: { ...last, ...edit } });
      expect(verdict).toMatchObject({ valid: false, firstBrokenSeq: 10, reason, line: lineOf(11) });
      expect(verdict.checkpoint).toBe(reason.replace('checkpoint_', ''));
    });

    it('shows a tail that was cut off with a checkpoint made to fit', async () => {
      const checkpoint = { ...last, seq: 8, hash: hex(at(8).hash) };
      const verdict = await verify(events.slice(0, 8), { checkpoint });
      expect(verdict).toMatchObject({ valid: false, firstBrokenSeq: 8, reason: 'checkpoint_forged' });
    });

    it('shows one that is signed by a key of the same name', async () => {
      const checkpoint = signPoint(aSigner(), workspaceId, at(10));
      expect(await verify(events, { checkpoint })).toMatchObject({ valid: false, checkpoint: 'forged' });
    });

    it('shows one of another workspace, signed as it is', async () => {
      const checkpoint = signPoint(signer, foreign.workspaceId, at(10));
      const verdict = await verify(events, { checkpoint });
      expect(verdict).toMatchObject({ valid: false, firstBrokenSeq: 10, reason: 'checkpoint_foreign' });
    });
  });

  describe('by a checkpoint kept from earlier', () => {
    it('shows that the log still holds it', async () => {
      for (const kept of [pointAt(1), pointAt(7), last, signPoint(signer, workspaceId, genesis)]) {
        expect(await verify(events, { kept })).toMatchObject({ valid: true, keptCheckpoint: 'valid' });
      }
    });

    it('shows that the last entry and the checkpoint of the file are both gone', async () => {
      const verdict = await verify(events.slice(0, 9), { checkpoint: undefined, kept: last });
      expect(verdict).toMatchObject({ valid: false, firstBrokenSeq: 10, reason: 'cut_off', checkpoint: 'missing' });
      expect(verdict.explanation).toBe('entry 10 is cut off: the checkpoint kept from earlier is that of entry 10');
    });

    it('shows a log that was rewritten and signed anew', async () => {
      const rewritten = chainAnew(workspaceId, events.with(4, { ...at(5), ip: null }));
      const checkpoint = signPoint(signer, workspaceId, rewritten.at(-1) ?? expect.fail('empty'));
      expect(await verify(rewritten, { checkpoint })).toMatchObject({ valid: true });
      const verdict = await verify(rewritten, { checkpoint, kept: pointAt(7) });
      expect(verdict).toMatchObject({ valid: false, firstBrokenSeq: 7, reason: 'contradicts_checkpoint' });
    });

    it('shows that a part of the log goes on from it, or does not', async () => {
      const part = chainAnew(workspaceId, events.with(4, { ...at(5), ip: null })).slice(7);
      const checkpoint = undefined;
      expect(await verify(events.slice(7), { checkpoint, kept: pointAt(7) })).toMatchObject({ valid: true });
      expect(await verify(part, { checkpoint, kept: pointAt(7) })).toMatchObject({
        ...{ valid: false, firstBrokenSeq: 8, reason: 'wrong_prev_hash' },
      });
    });

    it('does not call a log valid that begins after it', async () => {
      const verdict = await verify(events.slice(7), { kept: pointAt(5) });
      expect(verdict).toMatchObject({ valid: false, firstBrokenSeq: 5, reason: 'not_in_export' });
    });

    it('shows a log of another workspace', async () => {
      const verdict = await verify(foreign.events, { checkpoint: undefined, kept: last });
      expect(verdict).toMatchObject({ valid: false, workspaceId, firstBrokenSeq: 1, reason: 'foreign_workspace' });
    });

    it.each([
      ['forged', { ...pointAt(7), seq: 6 }],
      ['unknown_key', { ...pointAt(7), keyId: '2020a' }],
    ])('does not go by one that is %s', async (status, kept) => {
      const verdict = await verify(events, { kept });
      expect(verdict).toMatchObject({ valid: false, reason: `checkpoint_${status}`, keptCheckpoint: status });
      expect(verdict).toMatchObject({ firstBrokenSeq: kept.seq, checkpoint: 'valid' });
    });
  });

  it('tells a break from what comes after it, were it not even an export', async () => {
    const text = exportText(format, [...events.slice(0, 3), { ...at(4), ip: null }]);
    expect(await verifyText(`${text}garbage\n`)).toMatchObject({ valid: false, firstBrokenSeq: 4 });
  });

  it('names the line of what is no record', async () => {
    const text = exportText(format, events.slice(0, 3));
    await expect(verifyText(`${text}garbage\n`)).rejects.toThrow(new RegExp(`^line ${lineOf(4)}: `));
    await expect(verifyText(text.slice(0, -40))).rejects.toThrow(new RegExp(`^line ${lineOf(3)}: `));
  });

  it('refuses what holds nothing', async () => {
    await expect(verifyText(exportText(format, []))).rejects.toThrow(/nothing to verify/);
  });

  it('refuses what names no workspace, as it would be printed', async () => {
    const strange = chainAnew('ws_\u001b[2J', events);
    await expect(verify(strange, { checkpoint: undefined })).rejects.toThrow(
      /^line \d: workspaceId is not the id of a/,
    );
  });
});

describe('verifyExport', () => {
  it.each([
    ['a text', 'hello\n', /^line 1: neither the header of a CSV export nor an event/],
    ['an answer of the API', '{"success":true}\n', /^line 1: workspaceId is missing or not a text$/],
    ['CSV of something else', 'name,email\r\n', /^line 1: neither/],
    [
      'an export with a column of tomorrow',
      exportText('csv', []).replace('record', 'record,region'),
      /^line 1: has columns/,
    ],
  ])('refuses %s', async (_, text, message) => {
    await expect(verifyText(text)).rejects.toThrow(message);
  });

  it('passes over a byte order mark before CSV, as spreadsheets like it', async () => {
    expect(await verifyText(`\ufeff${exportText('csv', events, last)}`)).toMatchObject({ valid: true });
  });

  it('reads CSV whose line ends lost their CR on the way, if no cell had one', async () => {
    const plain = chainAnew(
      workspaceId,
      events.map((event) => ({ ...event, clientRequestId: newId('request') })),
    );
    const text = exportText('csv', plain).replaceAll('\r\n', '\n');
    expect(await verifyText(text)).toMatchObject({ valid: true, entries: 10 });
  });

  it('closes the file at the first break', async () => {
    let isClosed = false;
    async function* chunks() {
      try {
        for (const seq of [1, 2, 4, 5]) yield Buffer.from(exportText('ndjson', [at(seq)]));
      } finally {
        isClosed = true;
      }
    }
    expect(await verifyExport({ records: readExport(chunks()) })).toMatchObject({ firstBrokenSeq: 3 });
    expect(isClosed).toBe(true);
  });
});
