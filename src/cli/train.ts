import { argv, exit } from 'node:process';
import { TERMINAL } from './command.ts';
import { main } from './train/trainCommand.ts';

exit(await main(argv.slice(2), TERMINAL));
