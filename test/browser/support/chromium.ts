import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

const cache = path.resolve(import.meta.dirname, '../../../.cache');
const place = path.join(cache, 'chromium');

/** Unpacks into the folder for temporary files: Chromium, the libraries that it needs, fonts. */
const unpack = `import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())`;

/** A real Chromium, out of an npm package: a machine needs to have nothing. */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(place)) await unpackOnce();
  return chromium.launch({
    executablePath: path.join(place, 'chromium'),
    headless: true,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'],
    env: {
      ...definedOf(process.env),
      LD_LIBRARY_PATH: [process.env['LD_LIBRARY_PATH'], path.join(place, 'al2023/lib')].filter(Boolean).join(':'),
      ...(existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: path.join(place, 'fonts') }),
    },
  });
}

/** Several workers may come here at once: each unpacks for itself, and the first one's stays. */
async function unpackOnce(): Promise<void> {
  await mkdir(cache, { recursive: true });
  const temporary = await mkdtemp(path.join(cache, 'chromium-'));
  // The package unpacks its libraries only where it believes to run on their own system.
  const env = { ...process.env, TMPDIR: temporary, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpack], { env });
  await rename(temporary, place).catch(async (error: NodeJS.ErrnoException) => {
    await rm(temporary, { recursive: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
