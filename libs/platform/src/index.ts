export * from './app-error.js';
export * from './clock.js';
export * from './config.js';
export * from './guarded-redis.js';
export * from './write-gatherer.js';
