import { formatNumber } from '../../src/base/numbers.ts';
import type { Demands, WhatIfChange } from '../../src/explain/index.ts';

export interface Sliders {
  /** What differs from what was measured; sliders that stand where they began ask for nothing. */
  change(): WhatIfChange;
}

interface Setting {
  readonly key: 'rttMs' | 'pool' | 'connections' | 'roundTrips' | 'maxconn';
  readonly label: string;
  readonly unit: string;
  readonly now: number;
  /** Values that the slider stops at, ascending, `now` among them. */
  readonly stops: readonly number[];
}

/** A slider for each setting that the candidate has a place for. */
export const makeSliders = (holder: HTMLElement, demands: Demands, onInput: () => void): Sliders => {
  const rows = takeSettings(demands).map((setting) => ({ setting, ...buildRow(setting, onInput) }));
  holder.replaceChildren(...rows.map(({ element }) => element));
  return {
    change: () =>
      Object.fromEntries(
        rows
          .filter(({ setting, value }) => value() !== setting.now)
          .map(({ setting, value }) => [setting.key, value()]),
      ),
  };
};

const takeSettings = ({ database, pool, client, proxy }: Demands): readonly Setting[] => {
  const settings: Setting[] = [
    {
      key: 'rttMs',
      label: 'round trip to the database',
      unit: ' ms',
      now: database.linkMs.value,
      stops: [0, 0.1, 0.2, 0.5, 1, 1.5, 2, 3, 3.7, 5, 7, 10, 15, 20],
    },
    {
      key: 'roundTrips',
      label: 'waits for the database a request',
      unit: '',
      now: database.roundTrips.value,
      stops: Array.from({ length: Math.max(20, Math.ceil(1.5 * database.roundTrips.value)) }, (_, index) => index + 1),
    },
    {
      key: 'connections',
      label: 'connections of the clients',
      unit: '',
      now: client.connections,
      stops: counts(4 * client.connections),
    },
  ];
  if (pool !== undefined)
    settings.push({
      key: 'pool',
      label: 'pool connections',
      unit: '',
      now: pool.connections,
      stops: counts(4 * pool.connections),
    });
  if (proxy?.maxconn !== undefined) {
    settings.push({
      key: 'maxconn',
      label: 'maxconn of the proxy',
      unit: '',
      now: proxy.maxconn,
      stops: counts(4 * proxy.maxconn),
    });
  }
  return settings.map((setting) => ({
    ...setting,
    stops: [...new Set([...setting.stops, setting.now])].sort((a, b) => a - b),
  }));
};

/** Whole numbers, one apart at first and then about 10 %. */
const counts = (most: number): readonly number[] => {
  const values: number[] = [];
  for (let value = 1; value <= most; value = Math.max(value + 1, Math.round(value * 1.1))) values.push(value);
  return values;
};

const buildRow = ({ key, label, unit, now, stops }: Setting, onInput: () => void) => {
  const element = document.createElement('label');
  const title = document.createElement('span');
  const input = document.createElement('input');
  const shown = document.createElement('b');
  title.textContent = label;
  input.type = 'range';
  input.name = key;
  input.min = '0';
  input.max = String(stops.length - 1);
  input.step = '1';
  input.value = String(stops.indexOf(now));
  const value = (): number => stops[Number(input.value)]!;
  const show = (): void => {
    const text = `${formatNumber(value())}${unit}`;
    shown.textContent = value() === now ? `${text} (as measured)` : text;
    input.setAttribute('aria-valuetext', `${text}`);
  };
  input.addEventListener('input', () => {
    show();
    onInput();
  });
  show();
  element.append(title, shown, input);
  return { element, value };
};
