#!/usr/bin/env bash
# Installs the system packages that a race uses, on Debian or Ubuntu. Needs root (or sudo). Safe to run again.
# Node.js (20.19 or newer) is not installed here: it runs this project already.
set -euo pipefail

packages=(haproxy pgbouncer python3 python3-venv build-essential pkg-config libssl-dev)
# A Rust that somebody installed otherwise is left alone.
command -v cargo >/dev/null 2>&1 || packages+=(cargo rustc)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "install-debian: everything is there (${packages[*]})"
  exit 0
fi

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Debian starts a package's service when it is installed; pitwall starts its own and wants no other running.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
  trap 'as_root rm -f "$policy"' EXIT
fi
echo "install-debian: installing ${missing[*]}"
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
