import './benchCommand.ts';
