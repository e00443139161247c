import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const generator = path.join(root, 'tools/generate-sdk.mjs');

it('the client’s types and its table of calls are those of the OpenAPI document', async () => {
  const { generateSdk } = (await import(generator)) as { generateSdk(): Promise<Record<string, string>> };
  for (const [name, text] of Object.entries(await generateSdk()))
    expect(readFileSync(path.join(root, 'libs/sdk/src/generated', name), 'utf8') === text, name).toBe(true);
});

it('the client depends on nothing', () => {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'libs/sdk/package.json'), 'utf8')) as {
    dependencies?: unknown;
  };
  expect(dependencies).toBeUndefined();
});
