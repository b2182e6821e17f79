import { expect, test } from 'vitest';
import { buildEnvironment } from '../../../src/components/app/build-env.ts';

test.each([
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'https_proxy',
  'HTTP_PROXY',
  'NO_PROXY',
  'npm_config_registry',
  'PIP_INDEX_URL',
  'CARGO_HOME',
  'CARGO_REGISTRIES_MINE_INDEX',
  'RUSTUP_HOME',
  'RUSTFLAGS',
  'GOPROXY',
  'JAVA_HOME',
  'SSL_CERT_FILE',
])('a build gets %s', (name) => {
  expect(buildEnvironment({ [name]: 'value' })).toEqual({ [name]: 'value' });
});

test.each([
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'GITHUB_TOKEN',
  'NPM_TOKEN',
  'npm_config__authToken',
  'npm_config_//registry.test/:_authToken',
  'CARGO_REGISTRY_TOKEN',
  'CARGO_REGISTRIES_MINE_TOKEN',
  'PIP_PASSWORD',
  'DATABASE_URL',
  'PGPASSWORD',
  'SSH_AUTH_SOCK',
  'NODE_OPTIONS',
  'LD_PRELOAD',
  'ANYTHING_ELSE',
])('a build does not get %s', (name) => {
  expect(buildEnvironment({ [name]: 'value' })).toEqual({});
});
