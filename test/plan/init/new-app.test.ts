import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeNewApp } from '../../../src/plan/index.ts';

const root = join(import.meta.dirname, '../../..');
const templates = join(root, 'templates');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall-new-app-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const listFiles = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());

test('what is written is what the manuals show', async () => {
  const paths = await writeNewApp({ name: 'hello', folder, templates });
  const manual = ['candidates.md', 'workloads.md'].map((page) => readFileSync(join(root, 'docs', page), 'utf8')).join();
  const shown = paths.filter((path) => !path.includes('package'));
  expect(shown).toHaveLength(6);
  for (const path of shown) {
    expect(manual).toContain(`\`${path}\`\n\n\`\`\``);
    expect(manual).toContain(`\n${readFileSync(join(folder, path), 'utf8')}\`\`\``);
  }
});

test('where a file is there already nothing is written, and the error names it', async () => {
  await writeNewApp({ name: 'shop', folder, templates });
  rmSync(join(folder, 'plans'), { recursive: true });
  writeFileSync(join(folder, 'workloads/shop/schema.sql'), 'mine');
  const count = listFiles(folder).length;
  await expect(writeNewApp({ name: 'shop', folder, templates })).rejects.toMatchObject({
    code: 'usage.invalid',
    message: expect.stringContaining('workloads/shop/schema.sql') as string,
  });
  expect(listFiles(folder)).toHaveLength(count);
  expect(readFileSync(join(folder, 'workloads/shop/schema.sql'), 'utf8')).toBe('mine');
});

test.each(['Shop', '../shop', 'shop/x', '', 'shop-', '1shop'])('%j is refused as a name', async (name) => {
  await expect(writeNewApp({ name, folder, templates })).rejects.toMatchObject({ code: 'usage.invalid' });
  expect(listFiles(folder)).toHaveLength(0);
});
