import { FastifyAdapter } from '@nestjs/platform-fastify';

/** Nest on our server, with our error and not-found handlers in the place of Nest's, which echo the URL. */
export class PipelineAdapter extends FastifyAdapter {
  override setErrorHandler() {
    return this.instance;
  }
  override setNotFoundHandler() {
    return this.instance;
  }
  /** The pipeline brings its own, stricter body parser. */
  override registerParserMiddleware(): undefined {}
}
