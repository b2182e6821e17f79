#!/usr/bin/env bash
# Runs the tests of links that the kernel delays in a user-mode Linux, on a machine whose own kernel has no netem. Needs root, and
# `apt-get install -y user-mode-linux kmod`. The guest sees this machine's files and makes its own in memory. About two minutes.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)

if [ "${1:-}" = inside ]; then
  mount -t proc proc /proc
  mount -t sysfs sys /sys
  mount -t tmpfs tmpfs /run
  mkdir -p /dev/shm && mount -t tmpfs tmpfs /dev/shm
  mount -t tmpfs -o size=3g,mode=1777 tmpfs /tmp
  modules=/usr/lib/uml/modules/$(uname -r)/kernel
  for module in lib/crc-ccitt net/ipv6/ipv6 net/llc/llc net/802/stp net/bridge/bridge drivers/net/veth net/sched/sch_netem; do
    insmod "$modules/$module.ko"
  done
  ip link set lo up
  cd "$root"
  code=0
  npx vitest run --no-file-parallelism test/hosts/kernel-delay.test.ts test/stage/namespace-hosts.test.ts test/race/links.test.ts -t 'delayed|namespace' || code=$?
  echo "netem-in-uml: exit code $code"
  echo o > /proc/sysrq-trigger
  sleep 5
fi

for command in linux.uml insmod; do
  command -v "$command" >/dev/null || { echo "$command is missing: apt-get install -y user-mode-linux kmod" >&2; exit 1; }
done
init=$(mktemp)
trap 'rm -f "$init"' EXIT
printf '#!/bin/bash\nexport PATH=%q HOME=%q\nexec bash %q inside\n' "$PATH" "$HOME" "$root/scripts/netem-in-uml.sh" > "$init"
chmod +x "$init"
linux.uml rootfstype=hostfs rootflags=/ rw mem=8G quiet init="$init" con=null con0=null,fd:1 < /dev/null | tee /dev/stderr |
  grep -q 'netem-in-uml: exit code 0'
