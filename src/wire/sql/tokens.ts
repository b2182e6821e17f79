/** The kinds of tokens that tell statements apart. */
export const tokens = {
  word: 1,
  name: 2,
  /** A quoted name that the text ends in. */
  openName: 3,
  unicodeName: 4,
  value: 5,
  parameter: 6,
  operator: 7,
  mark: 8,
} as const;
export type TokenKind = (typeof tokens)[keyof typeof tokens];
