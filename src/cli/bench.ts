import { argv, exit } from 'node:process';
import { main } from './bench/benchCommand.ts';
import { TERMINAL } from './command.ts';

exit(await main(argv.slice(2), TERMINAL));
