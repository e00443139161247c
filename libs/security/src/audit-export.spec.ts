import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChainedAuditEvent } from './audit-chain.js';
import type { SignedCheckpoint } from './audit-checkpoint.js';
import { AuditExportError } from './audit-export.js';
import { auditExportColumns, checkpointCsvRow, parseCsvRecord, toCsvLine, toCsvRow } from './audit-export-csv.js';
import { checkpointNdjsonLine, parseCheckpoint, parseNdjsonLine, toNdjsonLine } from './audit-export-ndjson.js';
import type { JsonObject, JsonValue } from './canonical-json.js';

/** What a spreadsheet, a quoting rule or an apostrophe could trip over comes up often. */
const awkward = fc.constantFrom(
  '',
  "'",
  "''",
  '"',
  '=1+1',
  '+1',
  '-1',
  '@SUM',
  '\t',
  '\r',
  '\n',
  '\r\n',
  ',',
  '＝1',
  'null',
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  awkward,
  fc.tuple(awkward, fc.string({ unit: 'binary' })).map((parts) => parts.join('')),
);
const textOrNull = fc.option(text);
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    text,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom('10', '9', '__proto__')), tie('json'), { maxKeys: 4 }),
  ),
}));
const payload: fc.Arbitrary<JsonObject> = fc.dictionary(fc.oneof(text, fc.constant('__proto__')), json, { maxKeys: 4 });

const anyEvent: fc.Arbitrary<ChainedAuditEvent> = fc.record({
  ...{ workspaceId: text, seq: fc.maxSafeNat(), id: text, action: text, createdAt: text },
  ...{ ip: textOrNull, userAgent: textOrNull, requestId: textOrNull, clientRequestId: textOrNull },
  actor: fc.record({ type: text, id: textOrNull, name: textOrNull }),
  target: fc.record({ type: text, id: textOrNull }),
  ...{ payload, prevHash: hash, hash },
});

const anyCheckpoint: fc.Arbitrary<SignedCheckpoint> = fc.record({
  ...{ workspaceId: text, seq: fc.maxSafeNat(), createdAt: text, keyId: text, signature: text },
  hash: hash.map((bytes) => bytes.toString('hex')),
});

const event: ChainedAuditEvent = {
  ...{ workspaceId: 'ws_1', seq: 7, id: 'aud_1', action: 'API_TOKEN_ISSUED', createdAt: '2026-01-02T03:04:05.678Z' },
  ...{ ip: '192.0.2.1', userAgent: '=cmd', requestId: 'req_1', clientRequestId: null },
  actor: { type: 'user', id: 'usr_1', name: 'Ada "the" first' },
  target: { type: 'api_token', id: 'tok_1' },
  payload: { scopes: ['contacts:read'] },
  ...{ prevHash: Buffer.alloc(32, 1), hash: Buffer.alloc(32, 2) },
};
const checkpoint: SignedCheckpoint = {
  ...{ workspaceId: 'ws_1', seq: 7, hash: '02'.repeat(32), createdAt: '2026-01-02T03:04:06.000Z' },
  ...{ keyId: '2026a', signature: 'c2lnbmF0dXJl' },
};

const csvOf = (each: ChainedAuditEvent) => toCsvLine(toCsvRow(each));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('an export', () => {
  it.each([
    ['NDJSON', (each: ChainedAuditEvent) => parseNdjsonLine(toNdjsonLine(each))],
    ['CSV', (each: ChainedAuditEvent) => parseCsvRecord(csvOf(each))],
  ])('in %s gives back every event exactly', (_, there) => {
    fc.assert(
      fc.property(anyEvent, (each) => {
        const record = there(each);
        expect(plain(record)).toStrictEqual(plain({ type: 'event', event: each }));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['NDJSON', (each: SignedCheckpoint) => parseNdjsonLine(checkpointNdjsonLine(each))],
    ['CSV', (each: SignedCheckpoint) => parseCsvRecord(toCsvLine(checkpointCsvRow(each)))],
  ])('in %s gives back every checkpoint exactly', (_, there) => {
    fc.assert(
      fc.property(anyCheckpoint, (each) => {
        expect(there(each)).toEqual({ type: 'checkpoint', checkpoint: each });
      }),
    );
  });

  it('takes one line in NDJSON, whatever is in the event', () => {
    fc.assert(
      fc.property(anyEvent, (each) => {
        expect(toNdjsonLine(each)).not.toMatch(/[\r\n]/);
      }),
    );
  });
});

describe('an export in CSV', () => {
  it('has no cell that begins as a formula does', () => {
    fc.assert(
      fc.property(anyEvent, anyCheckpoint, (each, point) => {
        for (const cell of [...toCsvRow(each), ...checkpointCsvRow(point)])
          expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
      }),
      { numRuns: 1000 },
    );
  });

  it('tells null from the empty text, and an apostrophe of its own from one of the data', () => {
    const cells = toCsvRow({ ...event, ip: null, userAgent: '', requestId: "'=1", clientRequestId: '=1' });
    expect(cells.slice(9, 13)).toEqual(['', "'", "''=1", "'=1"]);
  });

  it('quotes what RFC 4180 has quoted, and nothing else', () => {
    const cells = ['plain text;', 'a,b', 'a"b', 'a\rb', 'a\nb', ''];
    expect(toCsvLine(cells)).toBe('plain text;,"a,b","a""b","a\rb","a\nb",');
  });

  it('keeps its columns for ever', () => {
    expect(auditExportColumns.join(',')).toBe(
      'seq,id,createdAt,action,actorType,actorId,actorName,targetType,targetId,ip,userAgent,requestId,clientRequestId,payload,prevHash,hash,workspaceId,record',
    );
    expect(csvOf(event)).toBe(
      `7,aud_1,2026-01-02T03:04:05.678Z,API_TOKEN_ISSUED,user,usr_1,"Ada ""the"" first",api_token,tok_1,192.0.2.1,'=cmd,req_1,,"{""scopes"":[""contacts:read""]}",${'01'.repeat(32)},${'02'.repeat(32)},ws_1,event`,
    );
    expect(toCsvLine(checkpointCsvRow(checkpoint))).toBe(
      `7,,2026-01-02T03:04:06.000Z,CHECKPOINT,,,,,,,,,,"{""keyId"":""2026a"",""signature"":""c2lnbmF0dXJl""}",,${'02'.repeat(32)},ws_1,checkpoint`,
    );
  });
});

describe('an export in NDJSON', () => {
  it('keeps its members for ever', () => {
    expect(toNdjsonLine(event)).toBe(
      `{"workspaceId":"ws_1","seq":7,"id":"aud_1","action":"API_TOKEN_ISSUED","actor":{"type":"user","id":"usr_1","name":"Ada \\"the\\" first"},"target":{"type":"api_token","id":"tok_1"},"createdAt":"2026-01-02T03:04:05.678Z","ip":"192.0.2.1","userAgent":"=cmd","requestId":"req_1","clientRequestId":null,"payload":{"scopes":["contacts:read"]},"prevHash":"${'01'.repeat(32)}","hash":"${'02'.repeat(32)}"}`,
    );
    expect(checkpointNdjsonLine(checkpoint)).toBe(
      `{"checkpoint":{"workspaceId":"ws_1","seq":7,"hash":"${'02'.repeat(32)}","createdAt":"2026-01-02T03:04:06.000Z","keyId":"2026a","signature":"c2lnbmF0dXJl"}}`,
    );
  });

  it('passes on only the fields of the event, whatever else a row carries', () => {
    const row = { ...event, secret: 1, actor: { ...event.actor, secret: 1 }, target: { ...event.target, secret: 1 } };
    expect(toNdjsonLine(row)).toBe(toNdjsonLine(event));
    expect(csvOf(row)).toBe(csvOf(event));
  });
});

const line = toNdjsonLine(event);
const csv = csvOf(event);
const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;

describe('parseNdjsonLine', () => {
  it.each([
    ['a line that was cut off', line.slice(0, 100), /^the line is not JSON, or was cut off$/],
    ['an array', '[]', /not a JSON object/],
    ['an answer of the API', '{"success":true}', /^workspaceId is missing/],
    ['a number that is a text', line.replace('"seq":7', '"seq":"7"'), /^seq is missing or not a whole number$/],
    ['a number beyond the exact ones', line.replace('"seq":7', '"seq":9007199254740993'), /^seq is/],
    ['a text that is a number', line.replace('"aud_1"', '1'), /^id is missing or not a text$/],
    ['an actor that is none', line.replace('"actor":{', '"actor":null,"x":{'), /^actor is missing/],
    ['a payload that is a list', line.replace('{"scopes":["contacts:read"]}', '[]'), /^payload is missing or not/],
    ['a hash in upper case', line.replaceAll('02', 'AB'), /^hash is missing or not 64 digits/],
    ['a hash cut short', line.replace(/02"}$/, '"}'), /^hash is/],
    ['a lone surrogate', line.replace('aud_1', '\\ud800'), /^id is not well-formed Unicode$/],
    ['a lone surrogate deep down', line.replace('contacts:read', '\\udfff'), /^a text in payload is not well-formed/],
    ['a lone surrogate in a name', line.replace('scopes', '\\udfff'), /^a name in payload is not well-formed/],
    ['a payload nested without end', line.replace('["contacts:read"]', deep), /^payload is nested deeper than 64$/],
    ['a checkpoint that is none', '{"checkpoint":1}', /^checkpoint is missing or not a JSON object$/],
    ['a checkpoint without a signature', '{"checkpoint":{"workspaceId":"w","seq":1}}', /^checkpoint\.hash is missing/],
  ])('refuses %s in words', (_, text, message) => {
    expect(() => parseNdjsonLine(text)).toThrow(AuditExportError);
    expect(() => parseNdjsonLine(text)).toThrow(message);
  });

  it.each([
    ['a member that is there twice', line.replace('{', '{"action":"MFA_REMOVED",')],
    ['a further member', line.replace(/}$/, ',"note":"approved"}')],
    ['a further member of the actor', line.replace('"actor":{', '"actor":{"role":"owner",')],
    ['members in another order', line.replace('"workspaceId":"ws_1","seq":7', '"seq":7,"workspaceId":"ws_1"')],
    ['white space', line.replace(',', ', ')],
    ['an escape where none is needed', line.replace('aud_1', '\\u0061ud_1')],
    ['a number spelt otherwise', line.replace('"seq":7', '"seq":7.0')],
    ['digits that no number holds', line.replace('["contacts:read"]', '1.00000000000000000001')],
    ['a number beyond all', line.replace('["contacts:read"]', '1e999')],
    ['a further member of the checkpoint', checkpointNdjsonLine(checkpoint).replace('{"w', '{"note":1,"w')],
    ['a checkpoint within an event', line.replace(/}$/, `,${checkpointNdjsonLine(checkpoint).slice(1)}`)],
  ])('refuses %s, which the hash would not cover', (_, text) => {
    expect(() => parseNdjsonLine(text)).toThrow(/^not spelt as an export spells it/);
  });

  it('holds nothing of the line in an error', () => {
    const secret = line.replace('"aud_1"', '"geheim').replace('"seq":7', '"seq":"geheim"');
    expect(() => parseNdjsonLine(secret)).toThrow(/^((?!geheim).)*$/);
  });
});

describe('parseCsvRecord', () => {
  it.each([
    ['a record with a cell too few', csv.replace(',event', ''), /^has 17 cells, expected 18$/],
    ['a record with a cell too many', `${csv},`, /^has 19 cells, expected 18$/],
    ['an empty record', '', /^has 1 cells/],
    ['a quote that is not closed', csv.slice(0, csv.indexOf('{') + 5), /^a quote is not closed$/],
    ['a record of an unknown kind', csv.replace(/event$/, 'note'), /^record is neither event nor checkpoint$/],
    ['a number that is none', csv.replace('7', 'seven'), /^seq is missing or not a whole number$/],
    ['a number that is missing', csv.replace('7', ''), /^seq is missing/],
    ['an id that is missing', csv.replace('aud_1', ''), /^id is missing or not a text$/],
    ['a payload that is no JSON', csv.replace('{""', '{'), /^payload is not JSON/],
    ['a payload that is a list', csv.replace(/"\{.*\}"/, '[]'), /^payload is missing or not a JSON object$/],
    ['a hash that is none', csv.replace('0202', 'hash'), /^hash is missing or not 64 digits/],
  ])('refuses %s in words', (_, text, message) => {
    expect(() => parseCsvRecord(text)).toThrow(AuditExportError);
    expect(() => parseCsvRecord(text)).toThrow(message);
  });

  it.each([
    ['a formula that was freed', csv.replace("'=cmd", '=cmd')],
    ['an apostrophe where none is needed', csv.replace('aud_1', "'aud_1")],
    ['quotes where none are needed', csv.replace('aud_1', '"aud_1"')],
    ['text after a closing quote', csv.replace('first"""', 'first"""x').replace('first"', 'first"x')],
    ['a number spelt otherwise', csv.replace('7', '0x7')],
    ['a payload with a member twice', csv.replace('{""', '{""scopes"":1,""')],
    [
      'a checkpoint that says more than a checkpoint does',
      toCsvLine(checkpointCsvRow(checkpoint)).replace('7,,', '7,aud_1,'),
    ],
  ])('refuses %s, which the hash would not cover', (_, text) => {
    expect(text).not.toBe(csv);
    expect(() => parseCsvRecord(text)).toThrow(/^not spelt as an export spells it|^has \d+ cells/);
  });
});

describe('parseCheckpoint', () => {
  it('takes one that stands alone, as somebody kept it', () => {
    expect(parseCheckpoint({ ...checkpoint, note: 'kept in January' })).toEqual(checkpoint);
  });
});
