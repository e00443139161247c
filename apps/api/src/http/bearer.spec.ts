import { AppError } from '@calkeep/platform';
import { describe, expect, it } from 'vitest';
import { insufficientScope, invalidToken, readBearer } from './bearer.js';

describe('readBearer', () => {
  it.each(['Bearer abc', 'bearer abc', 'BEARER abc', 'bEaReR   abc'])('reads the credential of "%s"', (header) => {
    expect(readBearer(header)).toBe('abc');
  });

  it.each([undefined, '', 'Basic abc', 'Token abc', 'Bearerabc', 'Bearer:abc', 'abc', 'Bearer-abc x'])(
    'tells who sends %j the scheme and no error',
    (header) => {
      expect(challengeOf(() => readBearer(header))).toBe('Bearer realm="calkeep"');
    },
  );

  it('lets the resolver judge whatever stands behind the scheme, nothing included', () => {
    expect(readBearer('Bearer')).toBe('');
    expect(readBearer('Bearer a b')).toBe('a b');
    expect(readBearer('Bearer \tabc')).toBe('\tabc');
    expect(readBearer('Bearer\tabc')).toBe('\tabc');
  });

  it.each(['Bearer Bearer abc', 'bearer bearer abc', 'Bearer Bearer', 'Bearer bearer\tabc'])(
    'says so when it gets "%s"',
    (header) => {
      expect(() => readBearer(header)).toThrow(/"Bearer" twice/);
      expect(challengeOf(() => readBearer(header))).toBe('Bearer realm="calkeep", error="invalid_token"');
    },
  );
});

describe('the challenges of RFC 6750', () => {
  it('name the error of a bad token', () => {
    expect(invalidToken().headers['WWW-Authenticate']).toBe('Bearer realm="calkeep", error="invalid_token"');
  });

  it('name every scope that is needed', () => {
    const { headers, details, status } = insufficientScope(['contacts:read', 'audit:read']);
    expect(headers['WWW-Authenticate']).toBe(
      'Bearer realm="calkeep", error="insufficient_scope", scope="contacts:read audit:read"',
    );
    expect({ status, details }).toEqual({ status: 403, details: { requiredScopes: ['contacts:read', 'audit:read'] } });
  });
});

function challengeOf(read: () => unknown): string | undefined {
  try {
    read();
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_token', status: 401 });
    return error instanceof AppError ? error.headers['WWW-Authenticate'] : undefined;
  }
  throw new Error('the header was taken');
}
