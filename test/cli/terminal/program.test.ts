import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../../support/race-folder.ts';
import { runPitwall } from '../../support/run-pitwall.ts';

describe('the command line', () => {
  test('is a program once it is built: npx runs the file of a checkout as it is', () => {
    accessSync(join(repository, 'dist', 'cli', 'main.js'), constants.X_OK);
  });

  test('explains itself and exits with 0', async () => {
    const { code, stdout } = await runPitwall(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('race');
  });

  test.each([
    { args: ['rase'], says: /unknown command 'rase'/ },
    { args: ['race', '--blokcs', '3'], says: /unknown option '--blokcs'/ },
    { args: ['race', '--blocks', 'three'], says: /must be a whole number/ },
    { args: ['race', 'plans/none.yaml'], says: /There is no plan plans\/none\.yaml/ },
    { args: ['race', '--connections', '0'], says: /connections/ },
  ])('refuses $args with exit code 2', async ({ args, says }) => {
    const { code, stdout, stderr } = await runPitwall(args);
    expect(stderr).toMatch(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
