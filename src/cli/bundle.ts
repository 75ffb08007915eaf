import { argv } from 'node:process';
import { main } from './bundle/bundleCommand.ts';
import { TERMINAL } from './command.ts';

process.exitCode = await main(argv.slice(2), TERMINAL);
