export * from './insert-sample-rows.js';
export * from './refill-sandbox.js';
export * from './sample-rows.js';
export * from './uuid-source.js';
