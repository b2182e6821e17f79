import { messageOf } from '../base/index.ts';
import type { Plan } from '../plan/index.ts';
import type { CandidateFacts } from '../result/index.ts';
import { startRoundStage } from '../stage/index.ts';
import { calibrate } from './calibrate.ts';
import { checkContract, describeMismatch } from './contract.ts';
import { crossCheck } from './cross-check.ts';
import { createLinks, type TapMode } from './links.ts';
import { fileNameOf, leaveOut, type Runner, type Running, throwIfHopeless } from './running.ts';

/** The contract phase: who breaks it, or does not even start, is not timed. */
export const checkAll = async (runners: readonly Runner[], running: Running): Promise<readonly Runner[]> => {
  const { context, journal, onEvent } = running;
  const passed: Runner[] = [];
  /** What was found once holds at every point of a sweep that changes neither the server nor how it is counted. */
  const known = new Map<string, CandidateFacts>();
  for (const runner of runners) {
    const { entry, facts, plan } = runner;
    const key = `${entry.candidate.folder} ${JSON.stringify([entry.settings, plan.calibration])}`;
    const before = known.get(key);
    if (before !== undefined) {
      const { contract, calibration } = before;
      const same = { ...facts, ...(contract && { contract }), ...(calibration && { calibration }) };
      journal.append({ type: 'candidate', ...same });
      passed.push({ ...runner, facts: same });
      continue;
    }
    context.progress(`checking that ${entry.name} keeps the contract`);
    try {
      const label = `${fileNameOf(entry.name)}-contract`;
      const links = createLinks(context, plan, plan.tap === 'off' ? 'none' : modeOf(plan));
      await using stage = await startRoundStage(context, { ...running, ...runner, label, openLink: links.open });
      const contract = await checkContract(stage.entrance, plan.workload.data.probes, {
        timeoutMs: plan.timeoutMs,
        signal: context.signal,
      });
      const tap = links.opened.get('server-database')?.tap;
      let checkedFacts: CandidateFacts = { ...facts, contract };
      if (contract.ok) {
        if (plan.calibration !== undefined && plan.tap !== 'off' && tap !== undefined) {
          context.progress(`counting what a request costs ${entry.name}`);
          const { requests } = plan.calibration;
          checkedFacts = {
            ...checkedFacts,
            calibration: await calibrate(context, stage, tap, { plan, label, requests }),
          };
        }
        const { calibration } = checkedFacts;
        if (calibration !== undefined && plan.calibration?.crossCheck) {
          checkedFacts = { ...checkedFacts, calibration: { ...calibration, slope: await crossCheck(runner, running) } };
        }
        journal.append({ type: 'candidate', ...checkedFacts });
        known.set(key, checkedFacts);
        onEvent({ kind: 'contract-held', candidate: entry.name, checked: contract.checked });
        passed.push({ ...runner, facts: checkedFacts });
      } else {
        const first = contract.mismatches[0]!;
        leaveOut(running, checkedFacts, 'failed', `breaks the contract: ${describeMismatch(first)}`);
      }
    } catch (error) {
      await throwIfHopeless(running);
      leaveOut(running, facts, 'failed', messageOf(error));
    }
  }
  return passed;
};

const modeOf = ({ calibration }: Plan): TapMode => (calibration?.tls === 'passthrough' ? 'passthrough' : 'messages');
