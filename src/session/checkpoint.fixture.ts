import type { Checkpoint } from '../run/checkpoint/checkpoint.ts';
import { Batches } from './course/batches.ts';
import { FIRST_AIM } from './course/exactBudget.ts';
import { noiseData, TINY } from './session.fixture.ts';
import { engineSetup } from './stage.ts';

const { train } = noiseData();
const { initial } = engineSetup(TINY, train);

/**
 * A checkpoint of a run of TINY on noise. Its parameters are the seed's first ones, each larger by `step`.
 */
export function tinyCheckpoint(step: number): Checkpoint {
  const parameters = new Map(
    [...initial.parameters].map(([name, values]) => [name, values.map((value) => value + step)]),
  );
  return {
    ...{ step, trainingMs: 1, budget: 0.3, aim: FIRST_AIM, floors: null, images: null },
    batches: new Batches(TINY, train).position(),
    engine: { ...initial, parameters },
  };
}
