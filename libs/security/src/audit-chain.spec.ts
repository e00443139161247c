import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  auditHash,
  canonicalAuditEvent,
  genesisHash,
  verifyChain,
  type AuditEvent,
  type ChainedAuditEvent,
} from './audit-chain.js';
import { canonicalJson, type JsonValue } from './canonical-json.js';
import vectors from './golden-vectors.json' with { type: 'json' };

const workspaceId = 'ws_1';

function anEvent(seq: number, given: Partial<AuditEvent> = {}): AuditEvent {
  return {
    ...{ workspaceId, seq, id: `evt_${seq}`, action: 'API_TOKEN_ISSUED', createdAt: '2026-01-02T03:04:05.678Z' },
    ...{ ip: '192.0.2.1', userAgent: 'curl/8', requestId: 'req_1', clientRequestId: null },
    actor: { type: 'user', id: 'usr_1', name: 'Ada' },
    target: { type: 'api_token', id: 'tok_1' },
    payload: { scopes: ['contacts:read'], mfa: { method: 'totp', ageSeconds: 12 } },
    ...given,
  };
}

function chained(events: readonly AuditEvent[], genesis = genesisHash(workspaceId)): ChainedAuditEvent[] {
  let prevHash = genesis;
  return events.map((event) => {
    const link = { ...event, prevHash, hash: auditHash(prevHash, event) };
    prevHash = link.hash;
    return link;
  });
}

const aChain = (length: number) => chained(Array.from({ length }, (_, index) => anEvent(index + 1)));

/** A chain of 10, and one of its places: 1 to 10. */
const length = 10;
const chain = aChain(length);
const place = fc.integer({ min: 1, max: length });
const at = (seq: number): ChainedAuditEvent => chain[seq - 1] ?? expect.fail(`no entry ${seq}`);
const verify = (entries: ChainedAuditEvent[]) => verifyChain(entries, { workspaceId });
const nested = (depth: number): JsonValue => {
  let value: JsonValue = [];
  for (let level = 1; level < depth; level++) value = [value];
  return value;
};
const broken = (firstBrokenSeq: number) => ({ valid: false, firstBrokenSeq });

describe('auditHash', () => {
  it('is the one computed elsewhere, over the canonical text written elsewhere', async () => {
    const golden = vectors.auditChain;
    expect(genesisHash(golden.workspaceId).toString('hex')).toBe(golden.genesisHash);
    for (const { event, canonical, prevHash, hash } of golden.entries) {
      expect(canonicalAuditEvent(event)).toBe(canonical);
      expect(auditHash(Buffer.from(prevHash, 'hex'), event).toString('hex')).toBe(hash);
    }
  });

  it('covers exactly the fields of the event, whatever else a row carries', () => {
    const event = anEvent(1);
    const row = {
      ...event,
      actor: { ...event.actor, email: 'a@acme.test' },
      target: { ...event.target, x: 1 },
      hash: 'x',
    };
    expect(canonicalAuditEvent(row)).toBe(canonicalAuditEvent(event));
  });

  it('hashes the canonical JSON of the event, member for member', () => {
    const text = fc.string({ unit: 'grapheme' });
    const textOrNull = fc.option(text);
    const event = fc.record<AuditEvent>({
      ...{ workspaceId: text, seq: fc.nat(), id: text, action: text, createdAt: text },
      ...{ ip: textOrNull, userAgent: textOrNull, requestId: textOrNull, clientRequestId: textOrNull },
      actor: fc.record({ type: text, id: textOrNull, name: textOrNull }, { noNullPrototype: true }),
      target: fc.record({ type: text, id: textOrNull }, { noNullPrototype: true }),
      payload: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant(null)), { noNullPrototype: true }),
    });
    fc.assert(
      fc.property(event, (each) => {
        const { workspaceId, seq, id, action, actor, target, createdAt, payload } = each;
        const { ip, userAgent, requestId, clientRequestId } = each;
        const request = { ip, userAgent, requestId, clientRequestId };
        const members = { workspaceId, seq, id, action, createdAt, payload, ...request };
        expect(canonicalAuditEvent(each)).toBe(
          canonicalJson({ ...members, actor: { ...actor }, target: { ...target } }),
        );
      }),
    );
  });

  it('differs between workspaces from the first event on', () => {
    expect(genesisHash('ws_1')).not.toEqual(genesisHash('ws_2'));
  });
});

describe('verifyChain', () => {
  it('accepts a chain that nobody touched, and says where it ends', async () => {
    expect(await verify(chain)).toEqual({ valid: true, entries: 10, head: at(10).hash });
  });

  it('accepts an empty chain, whose head is the genesis hash', async () => {
    expect(await verify([])).toEqual({ valid: true, entries: 0, head: genesisHash(workspaceId) });
  });

  it('walks a stream without reading ahead, and closes it at the first break', async () => {
    let read = 0;
    let isClosed = false;
    async function* stream() {
      try {
        for (const entry of chain) {
          read += 1;
          yield entry.seq === 4 ? { ...entry, ip: null } : entry;
        }
      } finally {
        isClosed = true;
      }
    }
    expect(await verifyChain(stream(), { workspaceId })).toMatchObject({ valid: false, firstBrokenSeq: 4, entries: 3 });
    expect({ read, isClosed }).toEqual({ read: 4, isClosed: true });
  });

  it.each<[string, Partial<AuditEvent>]>([
    ['id', { id: 'evt_x' }],
    ['action', { action: 'API_TOKEN_REVOKED' }],
    ['actor type', { actor: { ...anEvent(1).actor, type: 'system' } }],
    ['actor id', { actor: { ...anEvent(1).actor, id: 'usr_2' } }],
    ['actor name', { actor: { ...anEvent(1).actor, name: null } }],
    ['target type', { target: { ...anEvent(1).target, type: 'user' } }],
    ['target id', { target: { ...anEvent(1).target, id: null } }],
    ['time', { createdAt: '2026-01-02T03:04:05.679Z' }],
    ['address', { ip: '192.0.2.2' }],
    ['user agent', { userAgent: null }],
    ['request id', { requestId: 'req_2' }],
    ['client request id', { clientRequestId: 'mine' }],
    ['payload, deep down', { payload: { scopes: ['contacts:read'], mfa: { method: 'totp', ageSeconds: 13 } } }],
  ])('names the entry whose %s was edited', async (_, edit) => {
    const verdict = await verify(chain.map((entry) => (entry.seq === 5 ? { ...entry, ...edit } : entry)));
    expect(verdict).toEqual({
      ...{ valid: false, entries: 4, head: at(4).hash },
      firstBrokenSeq: 5,
      reason: 'wrong_hash',
    });
  });

  it.each<[string, Partial<AuditEvent>]>([
    ['a number that is not finite', { payload: JSON.parse('{"a":1e400}') }],
    ['a lone surrogate', { userAgent: '\ud800' }],
    ['arrays nested a hundred thousand deep', { payload: { a: nested(100_000) } }],
  ])('names the entry that was given %s, which no hash is made of', async (_, edit) => {
    const verdict = await verify(chain.map((entry) => (entry.seq === 5 ? { ...entry, ...edit } : entry)));
    expect(verdict).toMatchObject({ ...broken(5), reason: 'wrong_hash' });
  });

  it('shows an edit whose hash was made to fit, at the entry after it', async () => {
    const edited = { ...at(5), ip: '192.0.2.2' };
    const forged = { ...edited, hash: auditHash(edited.prevHash, edited) };
    expect(await verify(chain.with(4, forged))).toMatchObject({ ...broken(6), reason: 'wrong_prev_hash' });
  });

  it('names the place of a removed entry', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: length - 1 }), async (seq) => {
        const verdict = await verify(chain.filter((entry) => entry.seq !== seq));
        expect(verdict).toMatchObject({ ...broken(seq), reason: 'wrong_seq', entries: seq - 1 });
      }),
    );
  });

  it('shows a removed entry even if the others were numbered anew', async () => {
    const renumbered = chain.toSpliced(4, 1).map((entry, index) => ({ ...entry, seq: index + 1 }));
    expect(await verify(renumbered)).toMatchObject({ ...broken(5), reason: 'wrong_prev_hash' });
  });

  it('shows an inserted entry, whichever it copies and wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(place, place, async (copied, seq) => {
        const verdict = await verify(chain.toSpliced(seq, 0, at(copied)));
        // A copy of the very next entry is good in itself: then the real one comes a second time.
        expect(verdict).toMatchObject({ ...broken(copied === seq + 1 ? seq + 2 : seq + 1), reason: 'wrong_seq' });
      }),
    );
  });

  it('shows two entries that changed places, at the first of them', async () => {
    await fc.assert(
      fc.asyncProperty(place, place, async (one, other) => {
        fc.pre(one < other);
        const swapped = chain.with(one - 1, at(other)).with(other - 1, at(one));
        expect(await verify(swapped)).toMatchObject({ ...broken(one), reason: 'wrong_seq' });
        const renumbered = swapped.map((entry, index) => ({ ...entry, seq: index + 1 }));
        expect(await verify(renumbered)).toMatchObject({ ...broken(one), reason: 'wrong_prev_hash' });
      }),
    );
  });

  it('shows an entry moved here from another workspace, under either name', async () => {
    const foreign = chained([anEvent(1, { workspaceId: 'ws_2' })], genesisHash('ws_2'));
    const renamed = foreign.map((entry) => ({ ...entry, workspaceId }));
    expect(await verify(foreign)).toMatchObject({ ...broken(1), reason: 'foreign_workspace' });
    expect(await verify(renamed)).toMatchObject({ ...broken(1), reason: 'wrong_prev_hash' });
    const grafted = chained([anEvent(1), anEvent(2, { workspaceId: 'ws_2' })]);
    expect(await verify(grafted)).toMatchObject({ ...broken(2), reason: 'foreign_workspace' });
  });

  it('refuses a chain that does not begin at its genesis', async () => {
    const rootless = chained([anEvent(1)], genesisHash('ws_2'));
    expect(await verify(rootless)).toMatchObject({ ...broken(1), reason: 'wrong_prev_hash', entries: 0 });
  });

  it('refuses numbers with a gap or not from 1, even where the hashes link', async () => {
    expect(await verify(chained([anEvent(1), anEvent(3)]))).toMatchObject({ ...broken(2), reason: 'wrong_seq' });
    expect(await verify(chained([anEvent(2)]))).toMatchObject({ ...broken(1), reason: 'wrong_seq' });
  });

  it('goes on from a known point, and from no other', async () => {
    const rest = chain.slice(5);
    const known = await verifyChain(rest, { workspaceId, after: at(5) });
    expect(known).toEqual({ valid: true, entries: 5, head: at(10).hash });
    const unknown = await verifyChain(rest, { workspaceId, after: { seq: 5, hash: at(4).hash } });
    expect(unknown).toMatchObject({ ...broken(6), reason: 'wrong_prev_hash', entries: 0 });
  });

  it('shows a tail that was cut off, given a checkpoint', async () => {
    const checkpoint = at(8);
    expect(await verifyChain(chain.slice(0, 6), { workspaceId, checkpoint })).toMatchObject({
      ...{ ...broken(7), reason: 'cut_off', entries: 6 },
    });
    expect(await verifyChain(chain.slice(0, 8), { workspaceId, checkpoint })).toMatchObject({
      valid: true,
      entries: 8,
    });
    expect(await verifyChain(chain, { workspaceId, checkpoint })).toMatchObject({ valid: true, entries: 10 });
  });

  it('shows a tail that was rewritten hashes and all, given a checkpoint', async () => {
    const forged = chained(chain.map((entry) => (entry.seq === 3 ? { ...entry, ip: null } : entry)));
    expect(await verify(forged)).toMatchObject({ valid: true });
    expect(await verifyChain(forged, { workspaceId, checkpoint: at(8) })).toMatchObject({
      ...{ ...broken(8), reason: 'contradicts_checkpoint' },
    });
  });
});
