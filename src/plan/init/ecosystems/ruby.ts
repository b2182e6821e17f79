import type { AppFolder } from '../app-folder.ts';
import type { Build, Ecosystem } from './ecosystem.ts';

const examine = (app: AppFolder): Build => {
  const isRails = /^\s*gem\s+['"]rails['"]/m.test(app.read('Gemfile')) || app.has('config/application.rb');
  const start = isRails
    ? ['bundle', 'exec', 'rails', 'server', '-b', '{host}', '-p', '{port}']
    : app.has('config.ru')
      ? [
          'bundle',
          'exec',
          /\bpuma\b/.test(app.read('Gemfile')) ? 'puma' : 'rackup',
          ...(/\bpuma\b/.test(app.read('Gemfile')) ? ['-b', 'tcp://{host}:{port}'] : ['-o', '{host}', '-p', '{port}']),
        ]
      : undefined;
  return {
    requires: ['ruby', 'bundle'],
    prepare: [['bundle', 'install', '--quiet']],
    start,
    startFrom: isRails ? 'config/application.rb' : 'config.ru',
    env: isRails
      ? {
          RAILS_ENV: 'production',
          RAILS_LOG_TO_STDOUT: '1',
          SECRET_KEY_BASE: 'only-for-races-0123456789abcdef',
          DATABASE_URL: '${database.url}',
        }
      : { RACK_ENV: 'production' },
  };
};

export const ruby: Ecosystem = {
  what: 'a Ruby app',
  language: 'ruby',
  signs: ['Gemfile'],
  sources: /\.(rb|yml|ru)$/,
  variables: [/\bENV(?:\.fetch)?[[(]\s*['"]([A-Z][A-Z0-9_]*)['"]/g],
  examine,
};
