import './evaluateCommand.ts';
