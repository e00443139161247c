/** Injection tokens of what serve.ts and the tests hand to the application. */
export const CONFIG = Symbol('Config');
export const CLOCK = Symbol('Clock');
export const REDIS = Symbol('GuardedRedis');
