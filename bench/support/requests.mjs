/** The text of a request but for its Host header, which the client adds. */
export function requestText(method, target, { token, body, headers = {} }) {
  const all = {
    Authorization: `Bearer ${token}`,
    'User-Agent': 'calkeep-bench/1',
    ...headers,
    ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}
