export { findFreePort } from './free-port.js';
export { LocalServiceError } from './local-service-error.js';
export { signalWithChildren } from './processes.js';
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { createDatabase, ensureOwner, type OwnerRequest } from './postgres-databases.js';
export { startPrivateRedis, type PrivateRedis, type PrivateRedisOptions } from './private-redis.js';
export { findRedisServer, type RedisBinary } from './redis-binary.js';
export { provideRedisServer, type RedisProvision, type RedisProvisionRequest } from './redis-download.js';
