import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { AnswerGatherer, type Config } from '@calkeep/platform';
import { rawErrorResponse, sendError } from './errors.js';
import { newRequestId } from './request-context.js';
import { sharedLogger } from './request-log.js';
import { headerBytesMax, routerOptions } from './router-options.js';

const bodyBytesMax = 256 * 1024;
const requestTimeoutMs = 10_000;

/**
 * Step 0: the HTTP server with every bound set. Fastify and Node leave several of them open: without
 * these a request that is sent slowly holds its socket for ever.
 */
export function createServer(config: Config, logger: FastifyBaseLogger): FastifyInstance {
  const server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: sharedLogger,
    genReqId: newRequestId,
    requestIdHeader: false,
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? config.TRUSTED_PROXIES : false,
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 65_000,
    http: {
      headersTimeout: requestTimeoutMs,
      // How often Node looks for requests that are over their time.
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: headerBytesMax,
      // strict-request.ts asks for the Host header, in our words.
      requireHostHeader: false,
    },
    // Requests that a closing server still gets are answered; the connection closes after.
    return503OnClosing: false,
    routerOptions,
    frameworkErrors: (error, request, reply) => sendError(request, reply, error),
    clientErrorHandler: (error, socket) => {
      if (socket.writable) socket.end(rawErrorResponse(error.code, config.PUBLIC_URL));
      else socket.destroy();
    },
  });
  new AnswerGatherer().watch(server.server);
  server.decorate('publicUrl', config.PUBLIC_URL);
  // By default Node drops every header after the thousandth without a word, a second Authorization among them.
  server.server.maxHeadersCount = 0;
  // An expectation that is not known may be ignored (RFC 9110, section 10.1.1); Node would answer 417 by itself.
  server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response));
  return server;
}
