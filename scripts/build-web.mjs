// Bundles the pages' scripts and styles into dist/web/, each page as one script and one style sheet, so that a
// report can carry them within itself. Part of `npm run build`.
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../web', import.meta.url));
const outDir = fileURLToPath(new URL('../dist/web', import.meta.url));

const pages = ['report', 'live'];

for (const [index, page] of pages.entries()) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir,
      emptyOutDir: index === 0,
      target: 'es2022',
      cssCodeSplit: false,
      // Only the pages' own modules do something when they are loaded; what they do not use is left out.
      rollupOptions: { treeshake: { moduleSideEffects: (id) => id.startsWith(root) || id.endsWith('.css') } },
      lib: {
        entry: `${root}/${page}/main.ts`,
        formats: ['iife'],
        name: 'pitwall',
        fileName: () => `${page}.js`,
        cssFileName: page,
      },
    },
  });
}
