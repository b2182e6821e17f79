import { formatWholePercent } from '../../base/index.ts';
import type { Contestant } from '../comparisons.ts';
import type { RaceGate } from '../schema/comparison.ts';

/** Below this share of like requests a count is an average of different things. */
const leastStable = 0.99;
/** How much the count under load may differ from the serial one. */
const mostDrift = 0.1;

/**
 * Holds what the tap counted against what candidate.yaml expects, against itself (are all requests alike?), and
 * against the count under load.
 */
export const ledgerGates = (contestants: readonly Contestant[]): readonly RaceGate[] =>
  contestants.flatMap(({ name, calibration, expectedRoundTrips: expected }): readonly RaceGate[] => {
    if (calibration === undefined) return [];
    const { roundTrips, stable, underLoad } = calibration;
    const closed = (value: number, limit: number, reason: string): RaceGate => ({
      name: 'ledger',
      ok: false,
      effect: 'warns',
      candidates: [name],
      value,
      limit,
      reason,
    });
    const drift = roundTrips === 0 ? 0 : underLoad.roundTrips / roundTrips - 1;
    return [
      ...(expected === undefined || expected === roundTrips
        ? []
        : [
            closed(
              roundTrips,
              expected,
              `a request costs ${name} ${roundTrips} round trips; its candidate.yaml expects ${expected}`,
            ),
          ]),
      ...(stable >= leastStable
        ? []
        : [closed(stable, leastStable, `only ${formatWholePercent(stable)} of the requests cost ${name} the same`)]),
      ...(Math.abs(drift) <= mostDrift
        ? []
        : [
            closed(
              drift,
              mostDrift,
              `under load a request costs ${name} ${underLoad.roundTrips.toFixed(1)} round trips, alone ${roundTrips}`,
            ),
          ]),
    ];
  });
