// Puts packages that are many small files into one file each, dist/packages/NAME.js, and has what is compiled import those: Node takes
// longer to find, read and link their 300 files than pitwall's own 250. Part of `npm run build`.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const outDir = join(dist, 'packages');
const packages = [
  'zod',
  'linkedom',
  '@observablehq/plot',
  '@stdlib/stats-base-dists-t-cdf',
  '@stdlib/stats-base-dists-t-quantile',
];
const fileName = (name) => `${name.replace('@', '').replace('/', '-')}.js`;

await build({
  configFile: false,
  logLevel: 'error',
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir,
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    rollupOptions: {
      input: Object.fromEntries(packages.map((name) => [fileName(name).replace(/\.js$/, ''), name])),
      // As an entry a package gives all that it exports.
      preserveEntrySignatures: 'strict',
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});

const files = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith('.js'));
for (const file of files) {
  if (file.startsWith('packages/') || file.startsWith('web/')) continue;
  const path = join(dist, file);
  const text = await readFile(path, 'utf8');
  const changed = text.replace(/^((?:import|export) .*from )'([^'.][^']*)';$/gm, (line, begin, name) => {
    if (!packages.includes(name)) return line;
    const to = relative(dirname(path), join(outDir, fileName(name)));
    return `${begin}'${to.startsWith('.') ? to : `./${to}`}';`;
  });
  if (changed !== text) await writeFile(path, changed);
}
