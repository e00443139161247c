import { AppError, unavailable } from '@calkeep/platform';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ConsoleFile } from '../http/access.js';
import { readBuiltPage } from './console-files.js';
import { consolePage } from './console-page.js';

/** Every address that the console has; which page stands there, it knows itself. */
const pages = ['', 'sign-in', 'sign-up', 'invitations/:secret', 'account', 'account/:page', 'workspaces/*'];

/** As the build names them; a name cannot lead out of the folder. */
const assetName = /^[\w-]+\.[a-z0-9]+$/;

/** The web console: one page, and the files that it loads. */
@Controller()
export class ConsoleController {
  #built: string | undefined;

  @Get(pages)
  @ConsoleFile()
  async page(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    this.#built ??= await readBuiltPage().catch((cause: unknown) => {
      throw unavailable(cause);
    });
    const { html, contentSecurityPolicy } = consolePage(this.#built);
    reply.headers({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': contentSecurityPolicy,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      // It names the files of one version, and has a nonce of its own.
      'Cache-Control': 'no-store',
    });
    return html;
  }

  @Get('favicon.svg')
  @ConsoleFile()
  icon(@Res() reply: FastifyReply): FastifyReply {
    return send(reply, 'favicon.svg', 'public, max-age=86400');
  }

  @Get('assets/:file')
  @ConsoleFile()
  asset(@Param('file') file: string, @Res() reply: FastifyReply): FastifyReply {
    if (!assetName.test(file)) throw new AppError('not_found');
    return send(reply, `assets/${file}`, 'public, max-age=31536000, immutable');
  }
}

function send(reply: FastifyReply, file: string, cacheControl: string): FastifyReply {
  return reply.headers({ 'Cache-Control': cacheControl, Vary: 'Accept-Encoding' }).sendFile(file);
}
