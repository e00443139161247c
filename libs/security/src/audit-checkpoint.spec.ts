import { createPublicKey, randomBytes, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointSigner, verifyCheckpoint, type Checkpoint, type SignedCheckpoint } from './audit-checkpoint.js';
import { KeyringError } from './keyring.js';

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [first, second] = [newKey('2026a'), newKey('2025b')];
const signer = CheckpointSigner.parse(`${first},${second}`);

const point: Checkpoint = {
  workspaceId: 'ws_01jd3z6k9qe0g8m1n2p3q4r5s6',
  seq: 42,
  hash: '98de11553b3c40587b3534f09e3b257fddb073542d1f2422d3e1ba2d564f6543',
  createdAt: '2026-01-02T03:04:05.678Z',
};

/** The key of RFC 8037 appendix A.1; its signature over the point was made by `openssl pkeyutl -sign -rawin`. */
const elsewhere = {
  keyring: 'rfc8037:nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  signature: 'xiLLEFtA3xANZSOjMmNYFmTMIa-zVuP8Y9SLBzsWMTB-Bcvj2UEkPIIDOyX4fc3AfFSrpamYaXsPz-_keWgNCQ',
};

const status = (checkpoint: SignedCheckpoint, keys = signer.publicKeys()) => verifyCheckpoint(checkpoint, keys);

describe('CheckpointSigner', () => {
  it('signs and publishes as others do with the same key', () => {
    const rfc8037 = CheckpointSigner.parse(elsewhere.keyring);
    expect(rfc8037.sign(point)).toEqual({ ...point, keyId: 'rfc8037', signature: elsewhere.signature });
    expect(rfc8037.publicKeys()).toEqual([
      { kid: 'rfc8037', kty: 'OKP', crv: 'Ed25519', x: elsewhere.x, use: 'sig', alg: 'EdDSA' },
    ]);
  });

  it('signs the documented text, so that a checkpoint can be checked without this code', () => {
    const { signature } = signer.sign(point);
    const [published] = signer.publicKeys();
    const text = `calkeep-audit-checkpoint-v1:{"createdAt":"${point.createdAt}","hash":"${point.hash}","seq":42,"workspaceId":"${point.workspaceId}"}`;
    const key = createPublicKey({ key: { ...published }, format: 'jwk' });
    expect(verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('signs under the first key, and publishes all of them without a secret part', () => {
    expect(signer.sign(point).keyId).toBe('2026a');
    expect(signer.publicKeys().map(({ kid }) => kid)).toEqual(['2026a', '2025b']);
    for (const key of signer.publicKeys())
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });

  it('passes on nothing but the point, whatever else the object carries', () => {
    const carried = { ...point, secret: 'x' };
    expect(Object.keys(signer.sign(carried)).sort()).toEqual([...Object.keys(point), 'keyId', 'signature'].sort());
  });

  it.each([
    ['seeds of another length', `a:${Buffer.alloc(64).toString('base64')}`],
    ['a text that is no keyring', 'secret'],
  ])('refuses %s', (_, text) => {
    expect(() => CheckpointSigner.parse(text)).toThrow(KeyringError);
    expect(() => CheckpointSigner.parse(text)).toThrow(/^audit signing key 1/);
  });

  it.each<[string, Partial<Checkpoint>]>([
    ['a hash in upper case', { hash: point.hash.toUpperCase() }],
    ['a hash cut short', { hash: point.hash.slice(2) }],
    ['a number that is not whole', { seq: 1.5 }],
    ['a number below zero', { seq: -1 }],
    ['a time without milliseconds', { createdAt: '2026-01-02T03:04:05Z' }],
    ['a workspace with a lone surrogate', { workspaceId: 'ws_\ud800' }],
  ])('does not sign %s', (_, edit) => {
    expect(() => signer.sign({ ...point, ...edit })).toThrow(TypeError);
  });
});

describe('verifyCheckpoint', () => {
  it('accepts what was signed, also by a key that is no longer current', () => {
    expect(status(signer.sign(point))).toBe('valid');
    expect(status(CheckpointSigner.parse(second).sign(point))).toBe('valid');
  });

  it.each<[string, Partial<SignedCheckpoint>]>([
    ['another workspace', { workspaceId: 'ws_01jd3z6k9qe0g8m1n2p3q4r5s7' }],
    ['another number', { seq: 41 }],
    ['another hash', { hash: `0${point.hash.slice(1)}` }],
    ['the hash in upper case', { hash: point.hash.toUpperCase() }],
    ['another time', { createdAt: '2026-01-02T03:04:05.679Z' }],
    ['another of our keys', { keyId: '2025b' }],
    ['no signature', { signature: '' }],
    ['a signature that is too short', { signature: 'c2hvcnQ' }],
    ['what has no canonical form', { seq: Number.NaN, workspaceId: '\ud800' }],
  ])('calls it forged when it names %s', (_, edit) => {
    expect(status({ ...signer.sign(point), ...edit })).toBe('forged');
  });

  it('calls it forged whichever bit of the signature is turned', () => {
    const signed = signer.sign(point);
    fc.assert(
      fc.property(fc.nat(511), (bit) => {
        const signature = Buffer.from(signed.signature, 'base64url');
        signature.writeUInt8(signature.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(status({ ...signed, signature: signature.toString('base64url') })).toBe('forged');
      }),
    );
  });

  it('knows one spelling of a signature', () => {
    const signed = signer.sign(point);
    const padded = `${signed.signature}==`;
    const standard = Buffer.from(signed.signature, 'base64url').toString('base64');
    const withJunk = `${signed.signature.slice(0, 10)}\n${signed.signature.slice(10)}`;
    for (const signature of [padded, standard, withJunk]) expect(status({ ...signed, signature })).toBe('forged');
  });

  it('says so when the key is not among those given', () => {
    expect(status(signer.sign(point), CheckpointSigner.parse(second).publicKeys())).toBe('unknown_key');
    expect(status(signer.sign(point), [])).toBe('unknown_key');
  });

  it('calls it forged when somebody else signed under the name of our key', () => {
    expect(status(CheckpointSigner.parse(newKey('2026a')).sign(point))).toBe('forged');
  });
});
