/** What a check that withholds a verdict found, for a reader who does not know its name. */
const findings: Readonly<Record<string, string>> = {
  'other-load': 'other programs kept the machine busy',
  steal: 'the hypervisor gave the processor to other guests',
  'memory-pressure': 'memory ran short',
  'client-cpu': 'the load generator itself was the bottleneck',
  ceiling: 'the load generator itself was near its limit',
  schedule: 'the load generator sent requests late',
  link: 'an emulated link did not keep its delay',
  settled: 'throughput found no level during the warm-up',
  'steady-state': 'throughput changed its level within rounds',
  'ratio-drift': 'their ratio changed from block to block',
};

/** `other programs kept the machine busy (check other-load)`. */
export const plainCheck = (name: string): string => {
  const finding = Object.hasOwn(findings, name) ? findings[name] : undefined;
  return finding === undefined ? `the check ${name} has failed` : `${finding} (check ${name})`;
};
