import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { programPath } from './parts.ts';
import { repository } from './race-folder.ts';

/** Chromium that calls nobody: each start has an empty profile. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: programPath('chromium'),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** A page with everything written down that it should not do. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** Messages on the console, exceptions, broken policies. */
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

export const openPage = async (
  browser: Browser,
  options: NonNullable<Parameters<Browser['newPage']>[0]> = {},
): Promise<WatchedPage> => {
  const page = await browser.newPage({ viewport: { width: 1_200, height: 900 }, ...options });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  return { page, complaints, requests, [Symbol.asyncDispose]: () => page.close() };
};

/** Keeps a picture of the whole page in artifacts/, which git ignores. */
export const keepPicture = async (page: Page, name: string): Promise<void> => {
  const folder = join(repository, 'artifacts');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};

/** What axe finds wrong with the page for people who use it without a mouse or without eyes. */
export const accessibilityFaults = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: AxeInPage }).axe.run();
    return violations.map(
      ({ id, impact, nodes }) =>
        `${impact} ${id}: ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 160))
          .join(' | ')}`,
    );
  });
};

interface AxeInPage {
  run(): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly impact: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  }>;
}

/** How many pixels of a canvas are not blank. */
export const paintedPixels = (page: Page, selector: string): Promise<number> =>
  page.locator(`${selector} canvas`).evaluate((canvas: unknown) => {
    const { width, height, getContext } = canvas as {
      width: number;
      height: number;
      getContext(kind: string): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8Array } };
    };
    const { data } = getContext.call(canvas, '2d').getImageData(0, 0, width, height);
    let painted = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at]! > 0) painted++;
    return painted;
  });
