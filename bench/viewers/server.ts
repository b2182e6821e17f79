import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/* A server for the load; says its port, and ends with its stdin. */
const body = 'x'.repeat(3_500);
const server = createServer((_, response) => void response.end(body));
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.on('end', () => process.exit()).resume();
