// Puts what dist/load/job/job.js uses of zod into that file: all of zod is 95 files, which take longer to load than Node itself, and
// `pitwall load` shall send its first request in a tenth of a second. Part of `npm run build`.
import { rename, rm } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const folder = fileURLToPath(new URL('../dist/load/job', import.meta.url));
const outDir = `${folder}/inlined`;
/** As job.js, whose place the outcome takes, has to name it. */
const fromFolder = (file) => {
  const path = relative(folder, file);
  return path.startsWith('.') ? path : `./${path}`;
};
const inlined = new Set([`${folder}/job.js`, `${folder}/request-schema.js`]);

await build({
  configFile: false,
  logLevel: 'error',
  publicDir: false,
  // As for Node: what a browser would not have is there.
  ssr: { noExternal: ['zod'] },
  build: {
    ssr: `${folder}/job.js`,
    outDir,
    target: 'node20',
    minify: false,
    rollupOptions: {
      external: (id, importer) =>
        id.startsWith('.') && inlined.has(importer ?? '') && !id.endsWith('request-schema.js'),
      output: { format: 'es', entryFileNames: 'job.js', paths: (id) => (isAbsolute(id) ? fromFolder(id) : id) },
    },
  },
});
await rename(`${outDir}/job.js`, `${folder}/job.js`);
await rm(outDir, { recursive: true });
