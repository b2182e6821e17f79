import { type Command, Option } from 'commander';
import { PitwallError } from '../../base/index.ts';

/** Options of oha that `pitwall load` has not, and what to do instead. docs/load.md lists them. */
export const missingOptions: readonly { readonly flags: string; readonly instead: string }[] = [
  { flags: '--proxy-http-version <version>', instead: 'Proxies are spoken to with HTTP/1.1.' },
  { flags: '--proxy-http2', instead: 'Proxies are spoken to with HTTP/1.1.' },
  {
    flags: '--fps <frames>',
    instead: 'The live view changes once a second: drawing takes time of the load generator.',
  },
  { flags: '--db-url <url>', instead: 'Node 20 brings no SQLite: write --format csv, and have sqlite3 import it.' },
  { flags: '--aws-session <token>', instead: 'AWS signing is not spoken: sign with -H.' },
  { flags: '--aws-sigv4 <parameters>', instead: 'AWS signing is not spoken: sign with -H.' },
  { flags: '--vsock-addr <address>', instead: 'Use TCP or --unix-socket.' },
];

/** Has a command name what it lacks, instead of calling it unknown. */
export const refuseMissingOptions = (command: Command): Command => {
  for (const { flags, instead } of missingOptions) {
    const option = new Option(flags).hideHelp();
    command.addOption(option);
    command.on(`option:${option.name()}`, () => {
      throw new PitwallError('load.invalid', `pitwall load has no ${option.long}. ${instead}`);
    });
  }
  return command;
};
