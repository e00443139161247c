// THE TRANSPORT: `node:http` that answers every request with the same refusal, without looking at it, and sends the answers of a
// turn together. What any HTTP answer costs in Node.js on this machine, and so what is left of a refusal when everything of ours is
// taken away.
import { createServer } from 'node:http';
import { AnswerGatherer } from '@calkeep/platform';

const body = JSON.stringify({ success: false, error: { code: 'invalid_token', message: 'x'.repeat(200) } });
const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };

const server = createServer((request, response) => response.writeHead(401, headers).end(body));
new AnswerGatherer().watch(server);
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
