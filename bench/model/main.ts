/*
 * How wrong the model is where it was not calibrated: each server's demands are measured in one setting (hardly any distance to the
 * database, one number of connections), and its rate and latency predicted from them for other distances, connections and pools, each
 * of which is then measured.
 *
 *     npm run bench:model -- [--folder results/bench-model] [--candidates axum-bb8,...] [--rtts 1,8] [--connections 10,100]
 *                            [--seconds 5] [--blocks 1] [--calibration-seconds 6] [--calibration-blocks 3]
 *
 * What `--folder` has already is not measured again, so a run can be stopped, and done in parts by `--candidates`; a second run
 * over the same folder prints the same table. A point without a quiet round is left out: give another folder for other points or lengths.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { calibrationPlan, connectionCounts, pointsPlan, rttsMs, servers } from './points.ts';
import { demandsOfCalibration, predictPoints } from './predictions.ts';
import { raceOnce } from './races.ts';
import { errorsOf, tableOf } from './table.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: join('results', 'bench-model') },
    candidates: { type: 'string', default: servers.map(({ name }) => name).join(',') },
    rtts: { type: 'string', default: rttsMs.join(',') },
    connections: { type: 'string', default: connectionCounts.join(',') },
    seconds: { type: 'string', default: '5' },
    blocks: { type: 'string', default: '1' },
    'calibration-seconds': { type: 'string', default: '6' },
    'calibration-blocks': { type: 'string', default: '3' },
  },
});
const numbers = (list: string): readonly number[] => list.split(',').map(Number);
const points = { rttsMs: numbers(values.rtts), connections: numbers(values.connections) };
const chosen = servers.filter(({ name }) => values.candidates.split(',').includes(name));

const predicted = [];
for (const server of chosen) {
  const length = { seconds: Number(values['calibration-seconds']), blocks: Number(values['calibration-blocks']) };
  const calibrated = await raceOnce(values.folder, `${server.name}.calibration`, calibrationPlan(server, length));
  const held = { seconds: Number(values.seconds), blocks: Number(values.blocks) };
  const measured = await raceOnce(values.folder, `${server.name}.points`, pointsPlan(server, points, held));
  predicted.push(...predictPoints(server, demandsOfCalibration(calibrated, server), measured));
}
process.stdout.write(`${tableOf(predicted)}\n\n${errorsOf(predicted)}\n`);
