import './sweepCommand.ts';
