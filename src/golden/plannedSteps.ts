import type { EngineSetup } from '../engine.ts';
import type { StepData } from '../method/differentiate.ts';
import type { PlannedEngine } from '../plan/plannedEngine.ts';
import type { PerPass, StepSettings, TakenStep, Trained } from './underTest.ts';

/**
 * An engine that runs a plan, in training. Its plan takes views that are given, and its memory keeps every
 * buffer of a step.
 */
export function plannedTrained(engine: PlannedEngine, setup: EngineSetup): Trained {
  return {
    stepOn: (data, settings) => takeStep(engine, setup, data, settings),
    evaluate: (views, branch) => engine.evaluateOn(views, branch),
    state: () => engine.state(),
    dispose: () => engine.dispose(),
  };
}

/** Takes one step of an engine that is opened for it. */
export async function differentiatePlanned(
  opening: Promise<Trained>,
  data: StepData,
  settings: StepSettings,
): Promise<TakenStep> {
  const engine = await opening;
  try {
    return await engine.stepOn(data, settings);
  } finally {
    engine.dispose();
  }
}

/** Takes one step and reads its probes. */
async function takeStep(
  engine: PlannedEngine,
  { network, system }: EngineSetup,
  { batch, views, noise }: StepData,
  settings: StepSettings,
): Promise<TakenStep> {
  const terms = await engine.stepOn(views, noise, settings);
  const { probes } = engine.plan;
  const { features, spec } = network;
  const perPass = async (span: typeof probes.features, columns: number): Promise<PerPass<Float32Array>> => {
    const rows = await engine.rows(span, columns);
    return [rows.subarray(0, batch * columns), rows.subarray(batch * columns)];
  };
  const ofFirst = async (spans: readonly (typeof probes.features)[]) => {
    const values: Float32Array[] = [];
    if (system.passes[0]!.branch === 'dense') return values;
    for (const [l, span] of spans.entries()) {
      values.push((await perPass(span, network.blocks[l]!.channels))[0]);
    }
    return values;
  };
  return {
    terms,
    gradients: await engine.newestGradients(),
    features: await perPass(probes.features, features),
    embeddings: await perPass(probes.embedding, spec.projector.output),
    gates: await ofFirst(probes.gates),
    logits: await ofFirst(probes.logits),
    leafGradients: async () => ({
      features: await perPass(probes.dFeatures, features),
      embeddings: await perPass(probes.dEmbedding, spec.projector.output),
    }),
  };
}
