import type { EngineSetup } from '../../engine.ts';
import { numbersOf, type SelfTest, type Stem, selfTestStep } from '../../method/selfTest.ts';
import type { PlannedEngine } from '../../plan/plannedEngine.ts';
import type { PlanOptions } from '../../plan/stepPlan.ts';
import { selfTested } from './selfTested.ts';

/**
 * Runs the self-test's step on an engine that runs a plan.
 * @param stem that of the network which is to be trained
 * @param open opens the engine that is tested
 * @throws EngineFault when its result is wrong
 */
export function selfTestOf(
  name: string,
  stem: Stem,
  open: (setup: EngineSetup, options: PlanOptions) => Promise<PlannedEngine>,
): Promise<SelfTest> {
  return selfTested(name, stem, async () => {
    const { setup, batch, data, settings } = selfTestStep(stem);
    const engine = await open(setup, { batch, inputs: 'given' });
    try {
      const terms = await engine.stepOn(data.views, data.noise, settings);
      const gradients = await engine.newestGradients();
      return numbersOf(terms, (parameter) => gradients.get(parameter)!);
    } finally {
      engine.dispose();
    }
  });
}
