import { AppError, type Config } from '@calkeep/platform';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Public } from '../http/access.js';
import { Describes } from '../openapi/describes.js';
import { CONFIG } from '../platform/tokens.js';
import { errorPage, isErrorCode } from './error-pages.js';
import { Guides } from './guides.js';
import { markdownPage } from './markdown-page.js';
import { preparePage } from './page-headers.js';

const markdownSuffix = '.md';

/** Guides and pages of errors: for people as HTML, and as Markdown with `.md` behind the name. */
@Controller()
export class DocsController {
  constructor(
    private readonly guides: Guides,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('llms.txt')
  @Public({ isEnveloped: false })
  @Describes({
    id: 'getLlmsTxt',
    summary: 'Where language models find the documentation',
    answer: z.string(),
    mediaType: 'text/plain',
  })
  llms(@Res({ passthrough: true }) reply: FastifyReply): string {
    preparePage(reply, 'text/plain');
    return this.guides.index(this.config.PUBLIC_URL);
  }

  @Get('docs/:page')
  @Public({ isEnveloped: false })
  @Describes({
    id: 'getGuide',
    summary: 'A guide, as a page or as Markdown',
    details: 'HTML, or with `.md` behind the name Markdown: `/docs/integrators.md`.',
    answer: z.string(),
    mediaType: 'text/*',
  })
  async guide(@Param('page') page: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const name = withoutSuffix(page);
    return send(reply, page, { name, path: `/docs/${name}`, markdown: await this.guides.find(name) });
  }

  @Get('docs/images/:file')
  @Public({ isEnveloped: false })
  @Describes({
    id: 'getGuideImage',
    summary: 'A picture of a guide',
    answer: z.string(),
    mediaType: 'image/png',
  })
  async image(@Param('file') file: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const image = await this.guides.findImage(file);
    if (image === null) throw new AppError('not_found');
    reply.headers({ 'Content-Type': 'image/png', 'Cache-Control': 'public, max-age=3600' });
    return image;
  }

  @Get('docs/errors/:code')
  @Public({ isEnveloped: false })
  @Describes({
    id: 'getErrorPage',
    summary: 'What an error code means and what to do',
    details: 'Where `error.docs` leads. HTML, or with `.md` behind the code Markdown.',
    answer: z.string(),
    mediaType: 'text/*',
  })
  error(@Param('code') page: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    const code = withoutSuffix(page);
    const markdown = isErrorCode(code) ? errorPage(code) : null;
    return send(reply, page, { name: 'errors', path: `/docs/errors/${code}`, markdown });
  }
}

interface Page {
  readonly name: string;
  readonly path: string;
  readonly markdown: string | null;
}

/** @param asked `.md` behind it asks for Markdown. */
function send(reply: FastifyReply, asked: string, { name, path, markdown }: Page): string {
  if (markdown === null) throw new AppError('not_found');
  const isMarkdown = asked.endsWith(markdownSuffix);
  preparePage(reply, isMarkdown ? 'text/markdown' : 'text/html');
  return isMarkdown ? markdown : markdownPage(markdown, { name, source: `${path}${markdownSuffix}` });
}

function withoutSuffix(page: string): string {
  return page.endsWith(markdownSuffix) ? page.slice(0, -markdownSuffix.length) : page;
}
