import { debuglog } from 'node:util';
import { describeThrown } from '../../base/index.ts';
import { startRoundStage } from '../../components/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { CandidateFacts } from '../../result/index.ts';
import { type Calibration, calibrate } from '../calibration/calibrate.ts';
import { calibrationKey } from '../calibration/calibration-key.ts';
import { crossCheck } from '../calibration/cross-check.ts';
import { describeMismatch } from '../contract/probes.ts';
import { createLinks, type TapMode } from '../round/links.ts';
import { leaveOut, makeFileName, type Runner, type Running, throwIfHopeless } from '../running.ts';

const debug = debuglog('pitwall:race');

/** The contract phase: who breaks it, or does not even start, is not timed. */
export const checkAll = async (runners: readonly Runner[], running: Running): Promise<readonly Runner[]> => {
  const { journal, onEvent } = running;
  const passed: Runner[] = [];
  /** What was found once holds at every point of a sweep at which a request that is alone costs the same. */
  const known = new Map<string, CandidateFacts>();
  for (const runner of runners) {
    const { entry, facts, plan, context } = runner;
    const key = calibrationKey(runner);
    const before = known.get(key);
    if (before !== undefined) {
      debug('%s takes the calibration of %s', entry.name, before.name);
      const { contract, calibration } = before;
      const same = { ...facts, ...(contract && { contract }), ...(calibration && { calibration }) };
      journal.append({ type: 'candidate', ...same });
      passed.push({ ...runner, facts: same });
      continue;
    }
    context.progress(`checking that ${entry.name} keeps the contract`);
    try {
      const label = `${makeFileName(entry.name)}-contract`;
      const links = createLinks(context, plan, plan.tap === 'off' ? 'none' : readMode(plan));
      await using stage = await startRoundStage(context, { ...running, ...runner, label, openLink: links.open });
      const { isHopeless = false, ...contract } = await running.contract.check(stage.endpoint, {
        candidate: entry.name,
        timeoutMs: plan.timeoutMs,
        signal: context.signal,
      });
      const tap = links.opened.get('server-database')?.tap;
      let checkedFacts: CandidateFacts = { ...facts, contract };
      if (contract.ok || !(isHopeless || running.contract.isEnforced)) {
        if (plan.calibration !== undefined && plan.tap !== 'off' && tap !== undefined) {
          context.progress(`counting what a request costs ${entry.name}`);
          const { requests } = plan.calibration;
          checkedFacts = {
            ...checkedFacts,
            calibration: await calibrate(context, stage, tap, { plan, label, requests }),
          };
        }
        const { calibration } = checkedFacts;
        if (calibration !== undefined && isSilent(calibration)) {
          onEvent({ kind: 'warning', text: `${entry.name}: ${silence}` });
        }
        if (calibration !== undefined && plan.calibration?.crossCheck) {
          checkedFacts = { ...checkedFacts, calibration: { ...calibration, slope: await crossCheck(runner, running) } };
        }
        journal.append({ type: 'candidate', ...checkedFacts });
        known.set(key, checkedFacts);
        const [differs] = contract.mismatches;
        onEvent(
          differs === undefined
            ? { kind: 'contract-held', candidate: entry.name, checked: contract.checked }
            : { kind: 'warning', text: `${entry.name} answers otherwise: ${describeMismatch(differs)}` },
        );
        passed.push({ ...runner, facts: checkedFacts });
      } else {
        const first = contract.mismatches[0]!;
        leaveOut(running, checkedFacts, 'failed', `breaks the contract: ${describeMismatch(first)}`);
      }
    } catch (error) {
      await throwIfHopeless(running);
      leaveOut(running, facts, 'failed', describeThrown(error));
    }
  }
  return passed;
};

const silence =
  'no traffic to pitwall’s database was seen. It answers without one, or asks another: look at its address in the app’s own settings.';

const isSilent = ({ roundTrips, underLoad, connectRoundTrips }: Calibration): boolean =>
  roundTrips === 0 &&
  (underLoad?.roundTrips ?? 0) === 0 &&
  Object.values(connectRoundTrips ?? {}).every((trips) => trips === 0);

const readMode = ({ calibration }: Plan): TapMode => (calibration?.tls === 'passthrough' ? 'passthrough' : 'messages');
