import { argv } from 'node:process';
import { TERMINAL } from './command.ts';
import { main } from './start/startCommand.ts';

process.exitCode = await main(argv.slice(2), TERMINAL);
