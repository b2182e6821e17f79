/** Units of time as oha names them. */
const timeUnits = [
  { name: 'ns', ns: 1 },
  { name: 'us', ns: 1e3 },
  { name: 'ms', ns: 1e6 },
  { name: 'sec', ns: 1e9 },
  { name: '10 sec', ns: 1e10 },
  { name: 'min', ns: 6e10 },
  { name: '10 min', ns: 6e11 },
  { name: 'hr', ns: 3.6e12 },
] as const;

export interface TimeUnit {
  readonly name: string;
  readonly ns: number;
}

/** The largest unit that is not above a time. */
export const timeUnitFor = (slowestNs: number): TimeUnit =>
  timeUnits.findLast(({ ns }) => slowestNs >= ns) ?? timeUnits[0];

/** The unit for the letters that oha's `-u` takes; undefined for others. */
export const timeUnitNamed = (name: string): TimeUnit | undefined => {
  const index = { ns: 0, us: 1, ms: 2, s: 3, m: 5, h: 7 }[name];
  return index === undefined ? undefined : timeUnits[index];
};

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `3.25 KiB`; whole bytes below 1 KiB. */
export const formatBytes = (bytes: number): string => {
  const whole = Math.floor(bytes);
  const power = whole < 1024 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log2(whole) / 10));
  return power === 0 ? `${whole} B` : `${(whole / 1024 ** power).toFixed(2)} ${byteUnits[power]}`;
};
