import type { EngineSetup, EngineState } from '../../engine.ts';
import type { StepData } from '../../method/differentiate.ts';
import { openTfjs } from '../tfjs/steps.ts';
import type { StepSettings } from '../underTest.ts';

/** A step as an engine took it. */
export interface Taken {
  readonly data: StepData;
  readonly settings: StepSettings;
}

/** The states that the reference engine reaches on the steps of one training. It takes each step once. */
export class ReferenceSteps {
  readonly #states: EngineState[] = [];

  /** The state after steps that were taken from the setup's own. */
  async after(taken: readonly Taken[], setup: EngineSetup): Promise<EngineState> {
    if (this.#states.length < taken.length) await this.#take(taken, setup);
    return this.#states[taken.length - 1]!;
  }

  async #take(taken: readonly Taken[], setup: EngineSetup): Promise<void> {
    const first = this.#states.length;
    const initial = this.#states.at(-1) ?? setup.initial;
    const engine = await openTfjs({ ...setup, initial });
    try {
      for (const { data, settings } of taken.slice(first)) {
        await engine.stepOn(data, settings);
        this.#states.push(await engine.state());
      }
    } finally {
      engine.dispose();
    }
  }
}
