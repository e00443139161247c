// THE TRANSPORT: `node:http` that answers every request with the same refusal, without looking at it. What any HTTP answer
// costs in Node.js on this machine, and so what is left of a refusal when everything of ours is taken away.
import { createServer } from 'node:http';

const body = JSON.stringify({ success: false, error: { code: 'invalid_token', message: 'x'.repeat(200) } });
const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };

const server = createServer((request, response) => response.writeHead(401, headers).end(body));
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
