import type { RaceGate } from '../comparison-schema.ts';
import type { Contestant } from '../comparisons.ts';

/** Below this share of like requests a count is an average of different things. */
const leastStable = 0.99;
/** By how much the count under load may differ from the serial one. */
const mostDrift = 0.1;

/**
 * Holds what the tap counted against what candidate.yaml expects, against itself (are all requests alike?), and
 * against the count under load.
 */
export const ledgerGates = (contestants: readonly Contestant[]): readonly RaceGate[] =>
  contestants.flatMap(({ name, calibration, expectedTurnarounds: expected }): readonly RaceGate[] => {
    if (calibration === undefined) return [];
    const { turnarounds, stable, underLoad } = calibration;
    const closed = (value: number, limit: number, reason: string): RaceGate => ({
      name: 'ledger',
      ok: false,
      effect: 'warns',
      candidates: [name],
      value,
      limit,
      reason,
    });
    const drift = turnarounds === 0 ? 0 : underLoad.turnarounds / turnarounds - 1;
    return [
      ...(expected === undefined || expected === turnarounds
        ? []
        : [
            closed(
              turnarounds,
              expected,
              `a request costs ${name} ${turnarounds} round trips; its candidate.yaml expects ${expected}`,
            ),
          ]),
      ...(stable >= leastStable
        ? []
        : [closed(stable, leastStable, `only ${Math.round(stable * 100)} % of the requests cost ${name} the same`)]),
      ...(Math.abs(drift) <= mostDrift
        ? []
        : [
            closed(
              drift,
              mostDrift,
              `under load a request costs ${name} ${underLoad.turnarounds.toFixed(1)} round trips, alone ${turnarounds}`,
            ),
          ]),
    ];
  });
