import type { Limit } from './network.ts';

/** The share of those inside a limit that each of its copies has; undefined where each entry takes any copy. */
export const copyShares = ({ copies = 1, choice = 'even' }: Limit): readonly number[] | undefined => {
  if (choice === 'random') return undefined;
  return choice === 'even' ? Array<number>(copies).fill(1 / copies) : choice;
};

/**
 * `n` customers over copies by their shares: how many copies (parts of one, too) have how many. A copy whose share of them is 3.4 has
 * 3 for most of the time, else 4.
 */
export const spread = (
  n: number,
  shares: readonly number[],
): readonly { readonly customers: number; readonly copies: number }[] =>
  shares.flatMap((share) => {
    // Products such as 49 * (1 / 49) are not whole.
    const customers = Math.floor(n * share + 1e-9);
    const oneMore = Math.max(0, n * share - customers);
    return [
      { customers, copies: 1 - oneMore },
      { customers: customers + 1, copies: oneMore },
    ];
  });
