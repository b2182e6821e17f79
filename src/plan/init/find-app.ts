import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '../../files/index.ts';

/** An application that lies in a folder, as far as its files say. */
export interface FoundApp {
  /** `a Go app`, for messages. */
  readonly what: string;
  /** The file that says so. */
  readonly file: string;
  /** How such an app is usually started. */
  readonly start: readonly string[];
}

/** The most telling file first: many a Python or Go app has a package.json for its tools. */
const signs: readonly (FoundApp & { readonly isMeant?: (text: string) => boolean })[] = [
  { what: 'a Go app', file: 'go.mod', start: ['go', 'run', '.'] },
  { what: 'a Rust app', file: 'Cargo.toml', start: ['cargo', 'run', '--release'] },
  { what: 'a Django app', file: 'manage.py', start: ['python3', 'manage.py', 'runserver', '{port}'] },
  { what: 'a Python app', file: 'pyproject.toml', start: ['uvicorn', 'app.main:app', '--port', '{port}'] },
  { what: 'a Python app', file: 'requirements.txt', start: ['uvicorn', 'app.main:app', '--port', '{port}'] },
  { what: 'a Java app', file: 'pom.xml', start: ['java', '-jar', 'target/app.jar', '--server.port={port}'] },
  { what: 'a Java app', file: 'build.gradle', start: ['java', '-jar', 'build/libs/app.jar', '--server.port={port}'] },
  {
    what: 'a Java app',
    file: 'build.gradle.kts',
    start: ['java', '-jar', 'build/libs/app.jar', '--server.port={port}'],
  },
  { what: 'a Ruby app', file: 'Gemfile', start: ['bundle', 'exec', 'puma', '-p', '{port}'] },
  { what: 'an Elixir app', file: 'mix.exs', start: ['mix', 'phx.server'] },
  {
    what: 'a Node app',
    file: 'package.json',
    start: ['npm', 'start'],
    // Without a start script it lists packages, as that of a folder with pitwall installed does.
    isMeant: (text) => /"start"\s*:/.test(text),
  },
];

const mostBytes = 2 ** 20;

/** Undefined where nothing in the folder says that an application is there. */
export const findApp = (folder: string): FoundApp | undefined => {
  const found = signs.find(({ file, isMeant }) => {
    const path = join(folder, file);
    return existsSync(path) && (isMeant === undefined || isMeant(tryToRead(path)));
  });
  return found && { what: found.what, file: found.file, start: found.start };
};

const tryToRead = (path: string): string => {
  try {
    return readRegularFile(path, mostBytes).toString('utf8');
  } catch {
    return '';
  }
};
