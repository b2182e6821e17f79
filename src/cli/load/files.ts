import { describeThrown, PitwallError } from '../../base/index.ts';
import { readRegularFile } from '../../files/index.ts';
import { drawUrls, parseCount, parseRequests } from '../../load/index.ts';
import { buildForm } from './form.ts';
import type { Options } from './options.ts';

/** The most bytes of bodies, requests and expected answers, which are all held in memory. */
const mostFileBytes = 256 * 2 ** 20;

/** What the flags name of files, read. @throws PitwallError `load.invalid` with the path. */
export const readFiles = async (url: string, options: Options) => {
  const given = [options.body, options.bodyFile, options.bodyLines, options.form].filter((one) => one !== undefined);
  if (given.length > 1) throw new PitwallError('load.invalid', '-d, -D, -Z and -F all say the body; use one.');
  const many = [options.bodyLines, options.requests, options.urlsFromFile, options.randRegexUrl].filter(
    (one) => one !== undefined,
  );
  if (many.length > 1) {
    throw new PitwallError(
      'load.invalid',
      '-Z, --requests, --urls-from-file and --rand-regex-url each make several requests; use one.',
    );
  }
  if ((options.cert === undefined) !== (options.key === undefined))
    throw new PitwallError('load.invalid', '--cert and --key belong together.');
  const read = async (path: string): Promise<Buffer> => {
    try {
      return readRegularFile(path, mostFileBytes);
    } catch (error) {
      throw new PitwallError('load.invalid', `${path} can't be read: ${describeThrown(error)}`, { cause: error });
    }
  };
  return {
    ...(options.body !== undefined && { body: Buffer.from(options.body) }),
    ...(options.bodyFile !== undefined && { body: await read(options.bodyFile) }),
    ...(options.bodyLines !== undefined && { bodies: splitLines(await read(options.bodyLines), options.bodyLines) }),
    ...(options.form !== undefined && (await readForm(options.form, read))),
    ...(options.randRegexUrl === true && { urls: readDrawn(url, options) }),
    ...(options.cert !== undefined &&
      options.key !== undefined && {
        client: {
          certificate: (await read(options.cert)).toString('utf8'),
          key: (await read(options.key)).toString('utf8'),
        },
      }),
    ...(options.urlsFromFile === true && { urls: splitLines(await read(url), url) }),
    ...(options.requests !== undefined && {
      requests: await parseRequests((await read(options.requests)).toString('utf8'), options.requests),
    }),
    ...(options.cacert !== undefined && { caPem: (await read(options.cacert)).toString('utf8') }),
    ...(options.expectJson !== undefined && {
      expectJson: parseJson(await read(options.expectJson), options.expectJson),
    }),
  };
};

const readForm = async (parts: readonly string[], read: (path: string) => Promise<Buffer>) => {
  const { body, type } = await buildForm(parts, read);
  return { body, formType: type };
};

/** All are held in memory, as they go over the wire; after them the first come again. */
const mostDrawnUrls = 10_000;

const readDrawn = (template: string, { n, dumpUrls, maxRepeat, seed }: Options): readonly string[] => {
  const wanted = dumpUrls ?? n;
  const count = wanted === undefined ? mostDrawnUrls : Math.min(mostDrawnUrls, parseCount(wanted));
  return drawUrls(template, count, parseCount(maxRepeat), Number(seed));
};

const splitLines = (bytes: Buffer, path: string): string[] => {
  const lines = bytes
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  if (lines.length === 0) throw new PitwallError('load.invalid', `${path} has no lines.`);
  return lines;
};

const parseJson = (bytes: Buffer, path: string): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new PitwallError('load.invalid', `${path} is not JSON: ${describeThrown(error)}`, { cause: error });
  }
};
