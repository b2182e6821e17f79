import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '../../base/index.ts';
import { formatHtml, type RaceView, withTimes } from '../../report/index.ts';
import { readPageAssets } from './page-assets.ts';

/** A report that was written. */
export interface HtmlReport {
  readonly path: string;
  readonly html: string;
}

/**
 * Writes report.html into a race's folder.
 *
 * @throws PitwallError `report.unwritable`, or `report.not-built`.
 */
export const writeHtmlReport = (folder: string, view: RaceView): HtmlReport => {
  const path = join(folder, 'report.html');
  const html = formatHtml(withTimes(view, '×'), readPageAssets('report'));
  try {
    writeFileSync(path, html);
  } catch (cause) {
    throw new PitwallError('report.unwritable', `${path} cannot be written.`, { cause });
  }
  return { path, html };
};
