// Writes the generated part of libs/sdk from docs/openapi.json: its types, and the table of calls with their scopes.
// A test holds both to the document.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(root, 'libs/sdk/src/generated');

/** @returns the files' texts by their names. */
export async function generateSdk() {
  const document = JSON.parse(readFileSync(path.join(root, 'docs/openapi.json'), 'utf8'));
  const types = astToString(
    await openapiTS(document, { alphabetize: true, emptyObjectsUnknown: true, defaultNonNullable: false }),
  );
  return { 'openapi.ts': `${COMMENT_HEADER}${types}`, 'operations.ts': operationsText(document) };
}

function operationsText({ paths }) {
  const operations = Object.entries(paths).flatMap(([url, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => url.startsWith('/api/') && operation['x-required-scopes'])
      .map(([method, operation]) => ({
        id: operation.operationId,
        method: method.toUpperCase(),
        path: url,
        scopes: operation['x-required-scopes'],
      })),
  );
  const rows = operations.map((operation) => `  ${JSON.stringify(operation)},\n`).join('');
  return `${COMMENT_HEADER}import type { Operation } from '../operation.js';\n\nexport const operations: readonly Operation[] = [\n${rows}];\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(await generateSdk())) writeFileSync(path.join(folder, name), text);
}
