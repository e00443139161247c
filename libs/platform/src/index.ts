export * from './answer-gatherer.js';
export * from './app-error.js';
export * from './clock.js';
export * from './config.js';
export * from './guarded-redis.js';
export * from './log-blocks.js';
export * from './write-gatherer.js';
