import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '../../base/index.ts';
import { packageRoot } from '../../components/index.ts';
import type { PageAssets } from '../../report/index.ts';

/** Script and style of a page, as scripts/build-web.mjs bundled them. */
export const readPageAssets = (page: 'live' | 'report'): PageAssets => {
  const folder = join(packageRoot(), 'dist', 'web');
  try {
    return {
      script: readFileSync(join(folder, `${page}.js`), 'utf8'),
      style: readFileSync(join(folder, `${page}.css`), 'utf8'),
    };
  } catch (cause) {
    throw new PitwallError('report.not-built', `The pages in ${folder} cannot be read.`, { cause });
  }
};
