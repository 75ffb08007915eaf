import * as tf from '@tensorflow/tfjs';
import type { EngineSetup, EngineState } from '../../engine.ts';
import { differentiate, type StepData, type StepGradients } from '../../method/differentiate.ts';
import type { Weights } from '../../method/encoder.ts';
import { project } from '../../method/projector.ts';
import { fromTorch, parameterTensor, toTorch } from '../../method/tensors.ts';
import { TfjsEngine } from '../../method/tfjsEngine.ts';
import type { StepLosses } from '../../method/trainStep.ts';
import { vicreg } from '../../method/vicreg.ts';
import { parameterSpecs } from '../../network/parameters.ts';
import { read } from '../layout.ts';
import type { PerPass, TakenStep, Trained, UnderTest } from '../underTest.ts';

/** The reference engine in training. */
export async function openTfjs(setup: EngineSetup): Promise<Trained> {
  const engine = new TfjsEngine(setup);
  return {
    async stepOn(data, settings) {
      const { parameters } = await engine.state();
      return takenStep({ ...setup, parameters }, data.batch, await engine.stepOn(data, settings, probe));
    },
    async evaluate(views, branch) {
      const side = setup.network.spec.input;
      const shape: [number, number, number, number] = [views.length / (side * side * 3), side, side, 3];
      const { features, gates, logits } = engine.evaluate(views, shape, branch);
      const values = (tensors: readonly tf.Tensor[]) =>
        Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
      const evaluated = {
        features: await features.data<'float32'>(),
        gates: await values(gates),
        logits: await values(logits),
      };
      tf.dispose([features, ...gates, ...logits]);
      return evaluated;
    },
    state: () => engine.state(),
    dispose: () => engine.dispose(),
  };
}

export const differentiateTfjs: UnderTest['differentiate'] = async (setup, data, { aim, boundWidth }) => {
  const { network, system, objective, initial } = setup;
  const specs = parameterSpecs(network);
  const result = await differentiate(
    network,
    system,
    specs,
    specs.map((spec) => fromTorch(spec, initial.parameters.get(spec.name)!)),
    data,
    { ...objective, aim, boundWidth },
    probe,
  );
  return takenStep({ ...setup, parameters: initial.parameters }, data.batch, result);
};

/** Features and embeddings of both passes, then the gates and the logits of the first pass. */
function probe({ passes }: StepLosses): readonly tf.Tensor[] {
  const [first, second] = [passes[0]!, passes[1]!];
  const { gates = [], logits = [] } = first.gated ?? {};
  return [first.features, second.features, first.embedding, second.embedding, ...gates, ...logits];
}

type Before = Pick<EngineSetup, 'network' | 'objective'> & Pick<EngineState, 'parameters'>;

function takenStep(before: Before, batch: StepData['batch'], result: StepGradients): TakenStep {
  const { terms, gradients, probed } = result;
  const [firstFeatures, secondFeatures, firstEmbedding, secondEmbedding, ...rest] = probed;
  const features = [firstFeatures!, secondFeatures!] as const;
  const embeddings = [firstEmbedding!, secondEmbedding!] as const;
  const specs = parameterSpecs(before.network);
  return {
    terms,
    gradients: new Map(specs.map((spec, i) => [spec.name, toTorch(spec, gradients[i]!)])),
    features,
    embeddings,
    gates: rest.slice(0, rest.length / 2),
    logits: rest.slice(rest.length / 2),
    leafGradients: () => leafGradients(before, batch, features, embeddings),
  };
}

/** Runs autodiff again, with respect to features and embeddings. */
async function leafGradients(
  { network, objective, parameters }: Before,
  batch: number,
  features: PerPass<Float32Array>,
  embeddings: PerPass<Float32Array>,
): Promise<Record<'features' | 'embeddings', PerPass<Float32Array>>> {
  const got = await read(() => {
    const specs = parameterSpecs(network);
    const tensors = new Map(
      specs.map((spec) => [spec.name, parameterTensor(spec, fromTorch(spec, parameters.get(spec.name)!))]),
    );
    const weights: Weights = { network, parameter: (name) => tensors.get(name)!, note: () => {} };
    const total = (z1: tf.Tensor, z2: tf.Tensor) =>
      vicreg(z1 as tf.Tensor2D, z2 as tf.Tensor2D, objective).total as tf.Tensor;
    const leaves = (values: PerPass<Float32Array>) =>
      values.map((pass) => tf.tensor2d(pass, [batch, pass.length / batch]));
    const [z1, z2] = tf.grads((first, second) => total(first!, second!))(leaves(embeddings));
    const [f1, f2] = tf.grads((first, second) =>
      total(
        project(weights, first as tf.Tensor2D, 'gated'),
        project(weights, second as tf.Tensor2D, 'dense'),
      ),
    )(leaves(features));
    return { z1: z1!, z2: z2!, f1: f1!, f2: f2! };
  });
  return { features: [got.f1, got.f2], embeddings: [got.z1, got.z2] };
}
