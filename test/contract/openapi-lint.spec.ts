import { readFile } from 'node:fs/promises';
import path from 'node:path';
import spectral, { type RulesetDefinition } from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import { expect, it } from 'vitest';

const published = path.resolve(import.meta.dirname, '../../docs/openapi.json');

// It loads and compiles every rule first: slow beside other tests.
it('Spectral’s rules for OpenAPI find nothing in the published document', { timeout: 120_000 }, async () => {
  // The two packages' types do not know each other.
  const oas = rulesets.oas as unknown as RulesetDefinition;
  const linter = new spectral.Spectral();
  // The rule knows scopes of OAuth only; OpenAPI 3.1 (section 4.8.30) lets any scheme name what it asks for.
  const rules = { 'oas3-operation-security-defined': 'off' } as const;
  linter.setRuleset({ extends: [[oas, 'recommended']], rules });
  const findings = await linter.run(await readFile(published, 'utf8'));
  expect(findings.map(({ code, message, path: where }) => `${code} at ${where.join('.')}: ${message}`)).toEqual([]);
});
