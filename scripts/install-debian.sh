#!/usr/bin/env bash
# Installs the system packages that a race uses, on Debian or Ubuntu. Needs root (or sudo). Safe to run again.
# Node.js (20.19 or newer) is not installed here: it runs this project already.
set -euo pipefail

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]; }

packages=(haproxy pgbouncer python3 python3-venv build-essential pkg-config libssl-dev iproute2 iputils-ping chromium)
missing=()
for package in "${packages[@]}"; do is_installed "$package" || missing+=("$package"); done
needs_rust=false
command -v cargo >/dev/null 2>&1 || needs_rust=true

if [ ${#missing[@]} -eq 0 ] && [ $needs_rust = false ]; then
  echo "install-debian: everything is there (${packages[*]}, cargo)"
  exit 0
fi

as_root apt-get update -qq
# The Rust servers need 1.85 or newer; Debian 12 keeps a current Rust under another name.
if [ $needs_rust = true ]; then
  if apt-cache show cargo-web >/dev/null 2>&1; then missing+=(cargo-web rustc-web); else missing+=(cargo rustc); fi
fi

# Debian starts a package's service when it is installed; pitwall starts its own and wants no other running.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
  trap 'as_root rm -f "$policy"' EXIT
fi
echo "install-debian: installing ${missing[*]}"
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
