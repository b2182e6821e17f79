import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock as clock, sleepMs } from '../../../src/base/index.ts';
import { startRecorder } from '../../../src/telemetry/index.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const { pid } of running.splice(0)) {
    // The group: forks of it too. It may be gone already.
    try {
      process.kill(-pid!, 'SIGKILL');
    } catch {}
  }
});

/** A Python program that says when it is ready to be watched, starts when told, and says what CPU time it used. */
const startPython = async (body: string) => {
  const program = [
    `import os,sys,threading,time\n${burn}`,
    'print("ready",flush=True)\nsys.stdin.readline()\nbefore=sum(os.times()[:4])',
    body,
    'print(sum(os.times()[:4])-before,flush=True)\nsys.stdin.readline()\n',
  ].join('\n');
  const child = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  running.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  const go = async (): Promise<number> => {
    child.stdin.write('\n');
    return Number((await lines.next()).value);
  };
  return Object.assign(child, { pid: child.pid!, go });
};
/** Burns CPU seconds of its own thread, whatever else the machine does. */
const burn = `
def burn(s):
    end = time.thread_time() + s
    while time.thread_time() < end: pass
def fork(f):
    pid = os.fork()
    if pid == 0:
        f()
        os._exit(0)
    return pid
`;

const record = async (body: string, intervalMs = 100) => {
  const child = await startPython(body);
  const recorder = startRecorder({ targets: [{ name: 'burner', pid: child.pid }], intervalMs, clock });
  const cpuSeconds = await child.go();
  return { usage: recorder.stop()[0]!, cpuSeconds };
};

describe('known burners (self-test 9)', () => {
  test.each([
    ['one thread', 'burn(1)'],
    [
      'short-lived threads',
      'for i in range(40):\n  t=threading.Thread(target=burn,args=(.025,))\n  t.start()\n  t.join()',
    ],
    ['short-lived forks', 'for i in range(20): os.waitpid(fork(lambda: burn(.05)), 0)'],
    [
      'two forks that live on',
      'r,w=os.pipe()\nps=[fork(lambda: (burn(.5), os.write(w,b"x"), time.sleep(60))) for i in range(2)]\nfor p in ps: os.read(r,1)',
    ],
    ['a fork of a fork', 'os.waitpid(fork(lambda: os.waitpid(fork(lambda: burn(1)), 0)), 0)'],
  ])('%s: CPU time within 2 %% and two clock ticks', async (_, body) => {
    const { usage, cpuSeconds } = await record(body);
    // The forks that live on are not in the parent's own times, but known: 0.5 s each.
    const expected = Math.max(1, cpuSeconds);
    expect(usage.cpuSeconds).toBeGreaterThan(expected * 0.98 - 0.02);
    expect(usage.cpuSeconds).toBeLessThan(Math.max(1.02, cpuSeconds) * 1.02 + 0.02);
    expect(usage.peakCpuPercent).toBeGreaterThanOrEqual(usage.cpuPercent - 1e-9);
  });

  test('100 MB that four processes share count once in PSS and four times in RSS', async () => {
    const { usage } = await record(
      'd=bytearray(os.urandom(100*2**20))\nps=[fork(lambda: time.sleep(60)) for i in range(3)]\ntime.sleep(.5)',
    );
    const last = usage.samples.at(-1)!;
    expect(last.processes).toBe(4);
    expect(last.rssMiB).toBeGreaterThan(400);
    expect(usage.peakPssMiB).toBeGreaterThan(100);
    expect(usage.peakPssMiB).toBeLessThan(130);
  });

  test('threads that wait for a core show as run-queue delay', async () => {
    const burners = 4;
    const { usage } = await record(
      `ps=[fork(lambda: burn(.3)) for i in range(${burners})]\nfor p in ps: os.waitpid(p,0)`,
    );
    expect(usage.runQueueDelaySeconds).toBeGreaterThan(0);
    expect(usage.processes).toBe(burners + 1);
  });
});

describe('the recorder', () => {
  test('keeps its deadlines: a late reading does not move the later ones, one that is missed is left out', async () => {
    const latenessMs = [0, 3, 49, 120, 0, 1];
    const deadlinesMs: number[] = [];
    let nowNs = 7e9;
    const late: Clock = {
      nowNs: () => nowNs,
      unixMs: () => 0,
      sleepUntilNs: async (deadlineNs, signal) => {
        const lateMs = latenessMs[deadlinesMs.length];
        if (lateMs === undefined)
          await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
        deadlinesMs.push((deadlineNs - 7e9) / 1e6);
        nowNs = deadlineNs + lateMs! * 1e6;
      },
    };
    const recorder = startRecorder({ targets: [{ name: 'self', pid: process.pid }], intervalMs: 50, clock: late });
    await expect.poll(() => deadlinesMs.length).toBe(latenessMs.length);
    nowNs += 20e6;
    const { samples } = recorder.stop()[0]!;
    expect(deadlinesMs).toEqual([50, 100, 150, 200, 350, 400]);
    expect(samples.map(({ atMs }) => Math.round(atMs))).toEqual([50, 103, 199, 320, 350, 401, 421]);
  });

  test('a target that is not there is refused', () => {
    expect(() => startRecorder({ targets: [{ name: 'ghost', pid: 2 ** 22 + 1 }], intervalMs: 100, clock })).toThrow(
      'no process',
    );
  });

  test('a target that ends keeps what it used', async () => {
    const child = await startPython('burn(.3)');
    const recorder = startRecorder({ targets: [{ name: 'brief', pid: child.pid }], intervalMs: 50, clock });
    await child.go();
    await sleepMs(clock, 120);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await sleepMs(clock, 120);
    const usage = recorder.stop()[0]!;
    expect(usage.cpuSeconds).toBeGreaterThan(0.15);
    expect(usage.rssMiB).toBeGreaterThan(1);
  });

  test('a target inside the tree of another counts for itself only', async () => {
    const child = await startPython('burn(.4)');
    const targets = [
      { name: 'pitwall', pid: process.pid },
      { name: 'inner', pid: child.pid },
    ];
    const recorder = startRecorder({ targets, intervalMs: 100, clock });
    await child.go();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [outer, inner] = recorder.stop();
    // Killed, it hands its last reading on: what it did since is lost.
    expect(inner!.cpuSeconds).toBeGreaterThan(0.2);
    expect(outer!.cpuSeconds).toBeLessThan(0.38);
  });
});
