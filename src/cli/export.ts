import './exportCommand.ts';
