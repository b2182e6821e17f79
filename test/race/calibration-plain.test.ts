import { describe, expect, test } from 'vitest';
import { makeRaceFolder, writeCandidate } from '../support/race-folder.ts';
import { runPitwall } from '../support/run-pitwall.ts';

describe('a race with candidates that use no TLS', () => {
  test('counts what they cost while the tap takes TLS off others, a cancelled query among it', async () => {
    using folder = makeRaceFolder(
      { secured: 'none' },
      {
        candidates: ['./candidates/plain', './candidates/cancelling', './candidates/secured'],
        // A request of the one that cancels takes long, and a round needs some.
        duration: '2s',
        tap: 'calibration',
        calibration: { requests: 25, tls: 'terminate' },
      },
    );
    writeCandidate(folder.folder, 'plain', 'plain-server.cjs', {});
    writeCandidate(folder.folder, 'cancelling', 'plain-server.cjs', { CANCELS: 'yes' });
    const { stdout, stderr } = await runPitwall(['race', folder.plan, '--results', folder.results, '--json'], {
      env: { TMPDIR: folder.tmp },
    });
    expect(stdout, stderr).not.toBe('');
    const { candidates } = JSON.parse(stdout) as {
      candidates: { name: string; reason?: string; calibration?: { roundTrips: number; connects: number } }[];
    };
    const counted = candidates.map(({ name, reason, calibration }) => [name, reason ?? calibration]);
    expect(counted).toEqual([
      ['plain', expect.objectContaining({ roundTrips: 1 })],
      // The query that sleeps, the connection that cancels it, and the query that answers.
      ['cancelling', expect.objectContaining({ roundTrips: 3 })],
      ['secured', expect.objectContaining({ roundTrips: 1 })],
    ]);
  }, 300_000);
});
