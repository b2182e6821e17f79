const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** What a duration looks like, for messages and the JSON Schema. */
export const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

/** Milliseconds of a duration such as `300ms`, `5s`, `1.5m`; undefined when it is none. */
export const parseDurationMs = (text: string): number | undefined => {
  const match = durationPattern.exec(text);
  return match === null ? undefined : Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
};

/** The shortest exact text of a duration, e.g. `90s`, `300ms`. */
export const formatDurationMs = (durationMs: number): string =>
  durationMs % 1_000 === 0 ? `${durationMs / 1_000}s` : `${durationMs}ms`;

const bitsPerUnit = { '': 1, k: 1e3, M: 1e6, G: 1e9 } as const;

/** What a network rate looks like. */
export const ratePattern = /^(\d+(?:\.\d+)?)(k|M|G)?bit\/s$/;

/** Bytes a second of a network rate such as `100Mbit/s`; undefined when it is none. */
export const parseBytesPerSecond = (text: string): number | undefined => {
  const match = ratePattern.exec(text);
  return match === null
    ? undefined
    : (Number(match[1]) * bitsPerUnit[(match[2] ?? '') as keyof typeof bitsPerUnit]) / 8;
};
