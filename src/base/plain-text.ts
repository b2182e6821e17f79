/**
 * Text from outside (names, reasons, server logs) without what a terminal would act on: escape sequences,
 * control characters other than the line feed and the tab, and those that turn the direction of the text around it.
 */
export const plainText = (text: string): string => text.replace(acted, '');

const acted =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
  /\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
