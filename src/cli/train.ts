import './trainCommand.ts';
