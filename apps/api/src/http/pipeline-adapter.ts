import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { Answer } from './answer.js';

/** Nest on our server, with our error and not-found handlers in the place of Nest's, which echo the URL. */
export class PipelineAdapter extends FastifyAdapter {
  override setErrorHandler() {
    return this.instance;
  }
  override setNotFoundHandler() {
    return this.instance;
  }
  override reply(reply: FastifyReply, body: unknown, statusCode?: number) {
    if (!(body instanceof Answer)) return super.reply(reply, body, statusCode);
    reply.headers(body.headers);
    return super.reply(reply, body.data, body.status);
  }
  /** The pipeline brings its own, stricter body parser. */
  override registerParserMiddleware(): undefined {}
}
