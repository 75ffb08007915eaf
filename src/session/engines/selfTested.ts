import { EngineFault } from '../../engine.ts';
import { runSelfTest, type SelfTest, type Stem } from '../../method/selfTest.ts';

/**
 * The self-test of an engine that passed it.
 * @param stem that of the network which is to be trained
 * @param measure the numbers of its step; those of tfjs's backend if missing
 * @throws EngineFault when the engine computes wrongly
 */
export async function selfTested(
  name: string,
  stem: Stem,
  measure?: Parameters<typeof runSelfTest>[1],
): Promise<SelfTest> {
  const selfTest = await runSelfTest(stem, measure);
  if (!selfTest.passed) {
    throw new EngineFault(
      `The ${name} engine computes wrongly here: its self-test is off by ${selfTest.worstError.toExponential(1)} (limit ${selfTest.tolerance}).`,
    );
  }
  return selfTest;
}
