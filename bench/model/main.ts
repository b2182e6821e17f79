/*
 * How wrong the model is where it was not calibrated: each server's demands are measured in one setting (hardly any distance to the
 * database, one number of connections), and its rate and latency predicted from them for other distances, connections and pools, each
 * of which is then measured. Points are measured a few at a time between two calibrations, because the host drifts, and that again
 * where the two disagree (brackets.ts); a set is one measurement of each point of each server, and errors are means over the sets.
 *
 *     npm run bench:model -- [--folder results/bench-model] [--candidates axum-bb8,...] [--rtts 1,8] [--connections 10,100]
 *                            [--sets 1] [--seconds 3] [--calibration-seconds 2] [--calibration-rounds 2]
 *
 * What `--folder` has already is not measured again, so a run can be stopped, and done in parts by `--candidates`; a second run
 * over the same folder prints the same table. A point without a quiet round is left out: give another folder for other points.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bracket, measureSet } from './brackets.ts';
import { type BenchedServer, connectionCounts, rttsMs, servers } from './points.ts';
import { predictPoints } from './predictions.ts';
import { errorsOf, tableOf } from './table.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: join('results', 'bench-model') },
    candidates: { type: 'string', default: servers.map(({ name }) => name).join(',') },
    rtts: { type: 'string', default: rttsMs.join(',') },
    connections: { type: 'string', default: connectionCounts.join(',') },
    sets: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '3' },
    'calibration-seconds': { type: 'string', default: '2' },
    'calibration-rounds': { type: 'string', default: '2' },
  },
});
const numbers = (list: string): readonly number[] => list.split(',').map(Number);
const options = {
  folder: values.folder,
  points: { rttsMs: numbers(values.rtts), connections: numbers(values.connections) },
  seconds: Number(values.seconds),
  calibrationSeconds: Number(values['calibration-seconds']),
  calibrationRounds: Number(values['calibration-rounds']),
};
const chosen = servers.filter(({ name }) => values.candidates.split(',').includes(name));

const measured = new Map<BenchedServer, Bracket[]>(chosen.map((server) => [server, []]));
for (let set = 1; set <= Number(values.sets); set += 1) {
  for (const [server, brackets] of measured) brackets.push(...(await measureSet(server, { ...options, set })));
}
const predicted = [...measured].flatMap(([server, brackets]) => predictPoints(server, brackets));
process.stdout.write(`${tableOf(predicted)}\n\n${errorsOf(predicted)}\n`);
