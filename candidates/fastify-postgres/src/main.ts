import cluster from 'node:cluster';
import { serve } from './server.ts';

/** GET /api/v1/recipes with Fastify and postgres.js, in processes that share one port. */
const workers = Number(process.env['PITWALL_WORKERS'] ?? '2');

const startWorkers = (): void => {
  let stopping = false;
  for (let index = 0; index < workers; index += 1) cluster.fork();
  cluster.on('exit', () => {
    if (!stopping) process.exit(1);
    if (Object.keys(cluster.workers ?? {}).length === 0) process.exit(0);
  });
  process.on('SIGTERM', () => {
    stopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.kill('SIGTERM');
  });
};

if (cluster.isPrimary) startWorkers();
else await serve();
