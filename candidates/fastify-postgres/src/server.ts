import cookie from '@fastify/cookie';
import fastify from 'fastify';
import { connectPool } from './database.ts';
import { findRecipe } from './queries.ts';

/** Listens on HOST and PORT until SIGTERM. */
export const serve = async (): Promise<void> => {
  const pool = connectPool();
  // Fastify's own request log writes two lines a request; one is what the others write.
  const app = fastify({ logger: true, disableRequestLogging: true });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request;
    request.log.info({ method, url, status: reply.statusCode, elapsedMs: reply.elapsedTime }, 'request');
  });
  await app.register(cookie);
  app.get('/api/v1/recipes', async (request, reply) => {
    const sessionKey = request.cookies['sessionid'];
    const answer = sessionKey ? await findRecipe(pool, sessionKey) : 'no session';
    if (answer === 'no session') return reply.code(401).send({ error: 'a valid session is needed' });
    if (answer === 'no recipe') return reply.code(404).send({ error: 'there is no recipe to see' });
    return answer;
  });
  app.addHook('onClose', () => pool.end({ timeout: 1 }));
  process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
  await app.listen({ host: process.env['HOST'] ?? '127.0.0.1', port: Number(process.env['PORT']) });
};
