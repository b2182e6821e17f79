/*
 * How wrong the model is where it was not calibrated: each server's demands are measured in one setting (hardly any distance to the
 * database, one number of connections), and its rate and latency predicted from them for other distances, connections and pools, each
 * of which is then measured. All of it is done in sets, one after the other, because rounds with fresh processes scatter and the host
 * drifts: a set is a calibration and a round of each point of each server, and both are means over the sets.
 *
 *     npm run bench:model -- [--folder results/bench-model] [--candidates axum-bb8,...] [--rtts 1,8] [--connections 10,100]
 *                            [--sets 3] [--seconds 3] [--calibration-seconds 6] [--calibration-blocks 3]
 *
 * What `--folder` has already is not measured again, so a run can be stopped, and done in parts by `--candidates`; a second run
 * over the same folder prints the same table. A point without a quiet round is left out: give another folder for other points.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BenchedServer, calibrationPlan, connectionCounts, pointsPlan, rttsMs, servers } from './points.ts';
import { predictPoints, type SetOfRaces } from './predictions.ts';
import { raceOnce } from './races.ts';
import { errorsOf, tableOf } from './table.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: join('results', 'bench-model') },
    candidates: { type: 'string', default: servers.map(({ name }) => name).join(',') },
    rtts: { type: 'string', default: rttsMs.join(',') },
    connections: { type: 'string', default: connectionCounts.join(',') },
    sets: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    'calibration-seconds': { type: 'string', default: '6' },
    'calibration-blocks': { type: 'string', default: '3' },
  },
});
const numbers = (list: string): readonly number[] => list.split(',').map(Number);
const points = { rttsMs: numbers(values.rtts), connections: numbers(values.connections) };
const chosen = servers.filter(({ name }) => values.candidates.split(',').includes(name));

const calibrationLength = {
  seconds: Number(values['calibration-seconds']),
  blocks: Number(values['calibration-blocks']),
};
const setsOf = new Map<BenchedServer, SetOfRaces[]>(chosen.map((server) => [server, []]));
for (let set = 1; set <= Number(values.sets); set += 1) {
  for (const [server, sets] of setsOf) {
    const name = `${server.name}.set-${set}`;
    const plan = pointsPlan(server, points, { seconds: Number(values.seconds), seed: set });
    sets.push({
      calibration: await raceOnce(values.folder, `${name}.calibration`, calibrationPlan(server, calibrationLength)),
      points: await raceOnce(values.folder, `${name}.points`, plan),
    });
  }
}
const predicted = [...setsOf].flatMap(([server, sets]) => predictPoints(server, sets));
process.stdout.write(`${tableOf(predicted)}\n\n${errorsOf(predicted)}\n`);
