// Generates Prisma's client from prisma/schema.prisma when the schema or Prisma's version changed
// since last time. Needs no network: Prisma insists on a path to its native schema engine, which
// `generate` never runs, so any file that exists will do.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const generated = path.join(root, 'libs/database/src/generated');
const stampFile = path.join(generated, '.stamp');
const prisma = path.join(root, 'node_modules/prisma');

const wanted = currentStamp();
if (readIfThere(stampFile) !== wanted) generate();

/** What the generated client depends on; its own entry file must be there as well. */
function currentStamp() {
  if (!existsSync(prisma)) fail('prisma is not installed: run `npm install` first.');
  const { version } = JSON.parse(readFileSync(path.join(prisma, 'package.json'), 'utf8'));
  const schema = readFileSync(path.join(root, 'prisma/schema.prisma'));
  return `${version} ${createHash('sha256').update(schema).digest('hex')}\n`;
}

function generate() {
  rmSync(stampFile, { force: true });
  const run = spawnSync(process.execPath, [path.join(prisma, 'build/index.js'), 'generate', '--no-hints'], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
    },
  });
  const isGenerated = run.status === 0 && existsSync(path.join(generated, 'client.ts'));
  if (!isGenerated) {
    fail(
      `\`prisma generate\` failed (exit ${run.status ?? run.signal}).\n${run.stdout ?? ''}${run.stderr ?? ''}${run.error ?? ''}`,
    );
  }
  writeFileSync(stampFile, wanted);
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function fail(message) {
  console.error(`generate-prisma: ${message}`);
  process.exit(1);
}
