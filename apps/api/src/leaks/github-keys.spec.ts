import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError } from '@calkeep/platform';
import { afterAll, expect, it } from 'vitest';
import { GithubKeys } from './github-keys.js';

const folder = mkdtempSync(path.join(tmpdir(), 'calkeep-github-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const body = Buffer.from('[]');

it('know what was signed with any of them, by the key that it names', () => {
  const [old, current] = [aPair(), aPair()];
  const keys = GithubKeys.read(aFile(listOf({ old: old.publicKey, current: current.publicKey })));
  const signature = sign('sha256', body, old.privateKey).toString('base64');
  expect(keys.hasSigned(body, { keyId: 'old', signature })).toBe(true);
  expect(keys.hasSigned(body, { keyId: 'current', signature })).toBe(false);
  expect(keys.hasSigned(body, { keyId: 'toString', signature })).toBe(false);
  expect(keys.hasSigned(Buffer.from('[ ]'), { keyId: 'old', signature })).toBe(false);
});

it.each([
  ['is missing', path.join(folder, 'nowhere.json')],
  ['is no JSON', aFile('-----BEGIN PUBLIC KEY-----')],
  ['is a list', aFile('[]')],
  ['names no key', aFile(listOf({}))],
  ['holds text in the place of a key', aFile('{"public_keys":[{"key_identifier":"a","key":"a"}]}')],
  ['names a key on another curve', aFile(listOf({ a: generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey }))],
  ['names a key of another kind', aFile(listOf({ a: generateKeyPairSync('ed25519').publicKey }))],
])('are not taken from a file that %s', (_what, file) => {
  expect(() => GithubKeys.read(file)).toThrow(ConfigError);
  expect(() => GithubKeys.read(file)).toThrow(/^GITHUB_SECRET_SCANNING_KEYS_FILE: /);
});

function aPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function listOf(keys: Record<string, KeyObject>): string {
  const public_keys = Object.entries(keys).map(([key_identifier, key]) => ({
    key_identifier,
    key: key.export({ type: 'spki', format: 'pem' }),
    is_current: true,
  }));
  return JSON.stringify({ public_keys });
}

function aFile(text: string): string {
  const file = path.join(folder, `${Math.random()}.json`);
  writeFileSync(file, text);
  return file;
}
