import type { AppFolder } from '../app-folder.ts';
import type { Build, Ecosystem } from './ecosystem.ts';

/** The first binary of the package, or the package itself. */
const findBinary = (app: AppFolder): string | undefined => {
  const manifest = app.read('Cargo.toml');
  const [, bin] = /^\[\[bin\]\][^[]*?^name\s*=\s*"([\w-]+)"/ms.exec(manifest) ?? [];
  const [, name] = /^\[package\][^[]*?^name\s*=\s*"([\w-]+)"/ms.exec(manifest) ?? [];
  if (bin !== undefined) return bin;
  return app.has('src/main.rs') ? name : undefined;
};

const examine = (app: AppFolder): Build => {
  const binary = findBinary(app);
  const text = app
    .find(/\.rs$/)
    .map((file) => file.text)
    .join('\n');
  const [, fixed] =
    /"(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::\]):(\d{2,5})"/.exec(text) ??
    /\(\[(?:\d+,\s*){3}\d+\],\s*(\d{2,5})\)/.exec(text) ??
    [];
  const port = fixed === undefined || /var\(\s*"\w*PORT"/.test(text) ? undefined : Number(fixed);
  return {
    requires: ['cargo'],
    prepare: [['cargo', 'install', '--path', '.', '--root', '.', ...(app.has('Cargo.lock') ? ['--locked'] : [])]],
    start: binary === undefined ? undefined : [`bin/${binary}`],
    startFrom: 'Cargo.toml',
    ...(port === undefined ? {} : { port }),
    ...(/\bquery(_as|_scalar)?!/.test(text) && /\bsqlx\b/.test(app.read('Cargo.toml'))
      ? { env: { SQLX_OFFLINE: 'true' } }
      : {}),
    ...(/\brocket\b/.test(app.read('Cargo.toml')) ? { env: { ROCKET_PORT: '{port}', ROCKET_ADDRESS: '{host}' } } : {}),
  };
};

export const rust: Ecosystem = {
  what: 'a Rust app',
  language: 'rust',
  signs: ['Cargo.toml'],
  sources: /\.rs$/,
  variables: [/\b(?:var|var_os|env|dotenv|from_env)!?\(\s*"([A-Z][A-Z0-9_]*)"/g, /\benv\s*=\s*"([A-Z][A-Z0-9_]*)"/g],
  examine,
};
