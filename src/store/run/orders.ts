import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import type { Settings } from '../settings.ts';
import type { RunState } from './run.ts';

/** What is needed to start a run. */
export interface TrainOrder extends Pick<Settings, 'config' | 'source' | 'engine'> {
  /** Weights to begin with, instead of the seed's. */
  readonly initial?: NonNullable<RunState['record']['weights']>;
}

/** A kept run that is to continue from its checkpoint. */
export interface GoOnOrder extends TrainOrder {
  /** The run as it was at the checkpoint. */
  readonly state: RunState;
  readonly checkpoint: Checkpoint;
}
