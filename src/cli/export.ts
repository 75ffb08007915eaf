import { argv } from 'node:process';
import { TERMINAL } from './command.ts';
import { main } from './export/exportCommand.ts';

process.exitCode = await main(argv.slice(2), TERMINAL);
