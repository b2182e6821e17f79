/** Header fields of a request: by name, or as a list where names come more than once. Values are text, and go out as UTF-8. */
export type RequestHeaders = Readonly<Record<string, string>> | readonly HeaderField[];
export type HeaderField = readonly [name: string, value: string];

/** The fields in their order, as they are sent. */
export const headerFields = (headers: RequestHeaders): readonly HeaderField[] =>
  isList(headers) ? headers : Object.entries(headers);

const isList = (headers: RequestHeaders): headers is readonly HeaderField[] => Array.isArray(headers);

/** Fields whose value is one, not a list: they may stand in a request once (RFC 9110, 5.3). */
const singleValued = new Set([
  'age',
  'authorization',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'from',
  'host',
  'if-modified-since',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'origin',
  'proxy-authorization',
  'range',
  'referer',
  'user-agent',
]);

/**
 * Puts fields together. A field of the later list replaces those of the same name in the lists before. Within a list repeated fields are
 * kept in order, but of a single-valued field the last is sent, and cookies are put into one field (RFC 6265, 5.4).
 */
export const mergeHeaders = (...lists: readonly (readonly HeaderField[])[]): HeaderField[] => {
  let merged: HeaderField[] = [];
  for (const list of lists) {
    const named = new Set(list.map(([name]) => name.toLowerCase()));
    merged = [...merged.filter(([name]) => !named.has(name.toLowerCase())), ...withoutRepeats(list)];
  }
  return merged;
};

const withoutRepeats = (fields: readonly HeaderField[]): HeaderField[] => {
  const places = new Map<string, number>();
  const kept: HeaderField[] = [];
  for (const field of fields) {
    const name = field[0].toLowerCase();
    const place = singleValued.has(name) || name === 'cookie' ? places.get(name) : undefined;
    const before = place === undefined ? undefined : kept[place];
    if (place === undefined || before === undefined) places.set(name, kept.push(field) - 1);
    else kept[place] = name === 'cookie' ? [before[0], `${before[1]}; ${field[1]}`] : field;
  }
  return kept;
};

/** The elements of a comma-separated value, in lower case. */
export const splitTokens = (value: string): string[] =>
  value
    .split(',')
    .map((token) => token.trim().toLowerCase())
    .filter((token) => token !== '');
