import type { LoadRequest } from './types.ts';

/** `parseRequestFile`, loaded when it is asked for: it takes YAML and schemas, which most loads don't use. Throws `load.invalid`. */
export const parseRequests = async (text: string, name: string): Promise<readonly LoadRequest[]> => {
  const { parseRequestFile } = await import('./request-file.ts');
  return parseRequestFile(text, name);
};
