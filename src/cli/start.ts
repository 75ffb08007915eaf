import './startCommand.ts';
