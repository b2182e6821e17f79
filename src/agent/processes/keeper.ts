import { type ChildProcess, spawn } from 'node:child_process';
import { markVariables } from './run-mark.ts';

/**
 * What the keeper does: it hears of each process group, and when the agent is gone without a word it ends them and whatever else carries
 * the agent's mark, undoes what was to be undone and removes the agent's folder. A shell, since it waits through the whole race: 1 MB, and no time of the processor's.
 */
const script = `
trap '' HUP INT TERM
groups=' '
while read -r verb pid signal; do
  case $verb in
    add) groups="$groups$pid:$signal " ;;
    drop)
      left=' '
      for group in $groups; do [ "\${group%%:*}" = "$pid" ] || left="$left$group "; done
      groups=$left ;;
    done) exit 0 ;;
  esac
done
exec 2>/dev/null
for group in $groups; do
  kill -s "\${group#*:}" "\${group%%:*}"
  kill -s CONT "\${group%%:*}"
done
tries=0
while [ "$tries" -lt 30 ]; do
  alive=
  for group in $groups; do kill -s 0 -- "-\${group%%:*}" && alive=1; done
  [ -z "$alive" ] && break
  sleep 0.1
  tries=$((tries + 1))
done
for group in $groups; do kill -s KILL -- "-\${group%%:*}"; done
tries=0
while [ "$tries" -lt 20 ]; do
  marked=$(grep -lzxF -e "$2" /proc/[0-9]*/environ)
  [ -z "$marked" ] && break
  for file in $marked; do
    pid=\${file#/proc/}
    kill -s KILL "\${pid%/environ}"
  done
  sleep 0.1
  tries=$((tries + 1))
done
[ -f "$1/at-end.sh" ] && sh "$1/at-end.sh"
rm -rf -- "$1"
`;

/** Ends what the agent started where the agent itself was killed. */
export interface Keeper {
  /** A process group, by its leader. */
  add(pid: number, stopSignal: NodeJS.Signals): void;
  drop(pid: number): void;
  /** Everything was ended by the agent: the keeper goes without doing anything. */
  dismiss(): Promise<void>;
}

export const startKeeper = (folder: string): Keeper => {
  const groups = new Map<number, string>();
  let isDismissed = false;
  let child: ChildProcess;
  const [[name, value] = []] = Object.entries(markVariables({ run: folder }));
  const tell = (line: string): void => void child.stdin?.write(`${line}\n`);
  const start = (): void => {
    child = spawn('/bin/sh', ['-c', script, 'pitwall-keeper', folder, `${name}=${value}`], {
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin' },
      // A session of its own: what ends the agent's does not end it.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin?.on('error', () => {});
    child.once('error', () => {});
    // One that was killed is followed by another: it is needed most where things are killed.
    child.once('exit', () => {
      if (isDismissed) return;
      start();
    });
    for (const [pid, signal] of groups) tell(`add ${pid} ${signal}`);
  };
  start();
  return {
    add(pid, stopSignal) {
      const signal = stopSignal.replace(/^SIG/, '');
      groups.set(pid, signal);
      tell(`add ${pid} ${signal}`);
    },
    drop(pid) {
      if (groups.delete(pid)) tell(`drop ${pid}`);
    },
    async dismiss() {
      isDismissed = true;
      const { exitCode, signalCode } = child;
      if (exitCode !== null || signalCode !== null) return;
      const gone = new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        child.once('error', () => resolve());
      });
      tell('done');
      child.stdin?.end();
      await gone;
    },
  };
};
