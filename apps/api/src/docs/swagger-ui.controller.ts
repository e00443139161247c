import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AppError } from '@calkeep/platform';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Public } from '../http/access.js';
import { Describes } from '../openapi/describes.js';
import { preparePage } from './page-headers.js';

const packaged = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const own = path.resolve(import.meta.dirname, '../../assets/docs');

/** Everything that the pages load; a name that is not here is no file. */
const assets = new Map([
  ['swagger-ui.css', { directory: packaged, mediaType: 'text/css' }],
  ['swagger-ui-bundle.js', { directory: packaged, mediaType: 'text/javascript' }],
  ['swagger.js', { directory: own, mediaType: 'text/javascript' }],
  ['swagger.css', { directory: own, mediaType: 'text/css' }],
  ['guide.css', { directory: own, mediaType: 'text/css' }],
]);

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>CalKeep API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="stylesheet" href="/docs/assets/swagger.css">
</head>
<body>
<nav aria-label="Documentation"><a href="/docs/integrators">Guide for integrators</a> <a href="/docs/errors">Error codes</a> <a href="/openapi.json">OpenAPI</a></nav>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript; <a href="/docs/integrators">the guide</a> does not.</noscript>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/swagger.js"></script>
</body>
</html>
`;

/** Swagger UI, from this server alone. */
@Controller('docs')
export class SwaggerUiController {
  @Get()
  @Public({ isEnveloped: false })
  @Describes({
    id: 'getDocs',
    summary: 'The API to read and to try out',
    answer: z.string(),
    mediaType: 'text/html',
  })
  get(@Res({ passthrough: true }) reply: FastifyReply): string {
    preparePage(reply, 'text/html');
    return page;
  }

  @Get('assets/:file')
  @Public({ isEnveloped: false })
  @Describes({
    id: 'getDocsAsset',
    summary: 'What the documentation’s pages load',
    answer: z.string(),
    mediaType: 'text/*',
  })
  async asset(@Param('file') file: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const asset = assets.get(file);
    if (!asset) throw new AppError('not_found');
    reply.headers({
      'Content-Type': `${asset.mediaType}; charset=utf-8`,
      'Cache-Control': 'public, max-age=3600',
    });
    return readFile(path.join(asset.directory, file));
  }
}
