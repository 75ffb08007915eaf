import { argv, exit } from 'node:process';
import { TERMINAL } from './command.ts';
import { main } from './recorded/recordedCommand.ts';

exit(await main(argv.slice(2), TERMINAL));
