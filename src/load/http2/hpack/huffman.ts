/** Length in bits of each byte's code, and of the end of string as the last: RFC 7541, appendix B. The code is canonical, so lengths say it all. */
// biome-ignore format: a table
const lengths = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
] as const;

const endOfString = 256;
const longestBits = 30;

/**
 * The code as a tree: `tree[2 * node + bit]` is the next node, or, below 0, a symbol as its complement.
 */
const tree = ((): Int16Array => {
  const nodes = new Int16Array(2 * (endOfString + 1));
  let used = 1;
  let code = 0;
  for (let length = 1; length <= longestBits; length++, code *= 2) {
    for (const [symbol, ofSymbol] of lengths.entries()) {
      if (ofSymbol !== length) continue;
      let node = 0;
      for (let bit = length - 1; bit > 0; bit--) {
        const at = 2 * node + ((code >>> bit) & 1);
        if (nodes[at] === 0) nodes[at] = used++;
        node = nodes[at]!;
      }
      nodes[2 * node + (code & 1)] = ~symbol;
      code++;
    }
  }
  return nodes;
})();

/** Text (Latin-1, a character a byte) of a Huffman-coded string; undefined when the coding is broken. */
export const decodeHuffman = (bytes: Uint8Array, from: number, to: number): string | undefined => {
  let text = '';
  let node = 0;
  let pending = 0;
  let isAllOnes = true;
  for (let index = from; index < to; index++) {
    const byte = bytes[index]!;
    for (let shift = 7; shift >= 0; shift--) {
      const bit = (byte >>> shift) & 1;
      pending++;
      if (bit === 0) isAllOnes = false;
      node = tree[2 * node + bit]!;
      if (node >= 0) continue;
      if (~node === endOfString) return undefined;
      text += String.fromCharCode(~node);
      node = 0;
      pending = 0;
      isAllOnes = true;
    }
  }
  // What is left must be the beginning of the end of string, and less than a byte.
  return pending < 8 && isAllOnes ? text : undefined;
};
