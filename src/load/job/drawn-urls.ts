import { createRequire } from 'node:module';
import { describeThrown, PitwallError } from '../../base/index.ts';
import { createRandom } from '../../stats/recording/index.ts';

/**
 * Draws URLs from a regular expression, in which a dot is a dot. `*`, `+` and `{n,}` repeat at most `maxRepeat` times beyond their
 * least. Throws `load.invalid`.
 */
export const drawUrls = (template: string, count: number, maxRepeat: number, seed: number): string[] => {
  // Loaded here, since few loads need it. Its types speak of a default export; the class is the module itself.
  const RandExp: typeof import('randexp').default = createRequire(import.meta.url)('randexp');
  const random = createRandom(seed);
  try {
    const drawn = new RandExp(template.replace(/\\?\./g, '\\.'));
    drawn.max = maxRepeat;
    drawn.randInt = (least, most) => least + random.integer(most - least + 1);
    return Array.from({ length: count }, () => drawn.gen());
  } catch (error) {
    throw new PitwallError('load.invalid', `"${template}" is not a regular expression: ${describeThrown(error)}`, {
      cause: error,
    });
  }
};
