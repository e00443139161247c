import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyStaticOptions } from '@fastify/static';

const built = path.resolve(import.meta.dirname, '../../../console/dist');

/**
 * The console as it was built. Each file stands there with Brotli and gzip beside it, so none is compressed while
 * somebody waits; names of assets change with their contents, so they are kept for good.
 */
export const consoleFiles: FastifyStaticOptions = {
  root: built,
  // Routes are the controller's, with their access declared.
  serve: false,
  index: false,
  preCompressed: true,
  cacheControl: false,
};

/** @throws Error where the console was not built. */
export function readBuiltPage(): Promise<string> {
  return readFile(path.join(built, 'index.html'), 'utf8');
}
