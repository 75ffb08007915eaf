import './goldenCommand.ts';
