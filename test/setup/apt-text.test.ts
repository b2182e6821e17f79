import { expect, test } from 'vitest';
import { briefReason, isListsLocked, parseSimulation } from '../../src/setup/apt-text.ts';

test('what apt would install is read with its version, an upgrade and another architecture among it', () => {
  const text = `Reading package lists...
The following additional packages will be installed:
  liblua5.3-0
Inst liblua5.3-0 (5.3.6-2 Debian:12.15/oldstable [amd64])
Inst libssl3 [3.0.19-1~deb12u2] (3.0.22-1~deb12u2 Debian-Security:12/oldstable-security [amd64])
Inst libc6:i386 (2.36-9 Debian:12 [i386]) []
Conf libssl3 (3.0.22-1~deb12u2 Debian-Security:12/oldstable-security [amd64])
`;
  expect(parseSimulation(text)).toEqual([
    { name: 'liblua5.3-0', version: '5.3.6-2' },
    { name: 'libssl3', version: '3.0.22-1~deb12u2' },
    { name: 'libc6:i386', version: '2.36-9' },
  ]);
});

test('an apt that has nothing to install or says anything else gives no package', () => {
  expect(parseSimulation('')).toEqual([]);
  expect(parseSimulation('E: Unable to locate package Inst (x\n')).toEqual([]);
});

test.each([
  {
    name: 'the last error of apt',
    text: '`apt-get -q install x` ended with code 100. The end of /a/setup.log:\n    | W: old\n    | E: Unable to fetch some archives',
    reason: 'Unable to fetch some archives',
  },
  { name: 'the first line where apt says nothing', text: 'cannot be started\n  more', reason: 'cannot be started' },
  { name: 'no more than a line takes', text: 'x'.repeat(500), reason: `${'x'.repeat(200)}...` },
])('a reason is $name', ({ text, reason }) => expect(briefReason(new Error(text))).toBe(reason));

test.each([
  { text: 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 812 (apt-get)', isLocked: true },
  { text: 'E: Unable to lock directory /var/lib/apt/lists/', isLocked: true },
  { text: 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (dpkg)', isLocked: false },
  { text: "E: The repository 'http://x bookworm Release' does not have a Release file.", isLocked: false },
])('$text: whether another apt fetches its lists is $isLocked', ({ text, isLocked }) => {
  expect(isListsLocked(new Error(`apt-get failed\n  | ${text}`))).toBe(isLocked);
});
