import { EngineFault, type EngineSetup } from '../../engine.ts';
import { numbersOf, runSelfTest, type SelfTest, selfTestStep } from '../../method/selfTest.ts';
import type { PlannedEngine } from '../../plan/plannedEngine.ts';
import type { PlanOptions } from '../../plan/stepPlan.ts';

/**
 * Runs the self-test's step on an engine that runs a plan.
 * @param open opens the engine that is tested
 * @throws EngineFault when its result is wrong
 */
export async function selfTestOf(
  name: string,
  open: (setup: EngineSetup, options: PlanOptions) => Promise<PlannedEngine>,
): Promise<SelfTest> {
  const selfTest = await runSelfTest(async () => {
    const { setup, batch, data, settings } = selfTestStep();
    const engine = await open(setup, { batch, inputs: 'given' });
    try {
      const terms = await engine.stepOn(data.views, data.noise, settings);
      const gradients = await engine.newestGradients();
      return numbersOf(terms, (parameter) => gradients.get(parameter)!);
    } finally {
      engine.dispose();
    }
  });
  if (!selfTest.passed) {
    throw new EngineFault(
      `The ${name} engine computes wrongly here: its self-test is off by ${selfTest.worstError.toExponential(1)} (limit ${selfTest.tolerance}).`,
    );
  }
  return selfTest;
}
