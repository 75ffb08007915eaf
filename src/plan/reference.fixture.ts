import { expect } from 'vitest';
import { CIFAR10_POLICY, drawView } from '../data/images/views.ts';
import type { Engine, EngineSetup, EngineState, StepInput, StepTerms } from '../engine.ts';
import { SIDE, tinySetup, tinyStep } from '../method/engine.fixture.ts';
import { slimSetup } from '../method/slimmable.fixture.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { SYSTEMS } from '../network/systems.ts';
import { stream } from '../random.ts';

// Compares an engine that runs a plan with the reference engine, which uses plain JavaScript and autodiff.

const GENTLE = { invarianceWeight: 1, varianceWeight: 1, covarianceWeight: 0.04, budgetWeight: 5 };
export const GATELESS = { gated: false, bn: 'shared' } as const;
/**
 * Each case has the number of its first draw. The dense case does not start at 0: in its second step one ReLU
 * of the first block would be so near its threshold that rounding switches it. That changes the gradients
 * before it by a hundredth, and not the others.
 */
export const CASES: readonly (readonly [string, EngineSetup, number])[] = [
  ['dual gating', tinySetup(), 0],
  ['both views gated', tinySetup({ system: SYSTEMS['vicreg-gating'] }, { bn: 'shared' }), 0],
  [
    'both views gated, by wider gate heads and the mean of their budgets',
    tinySetup(
      { system: SYSTEMS['vicreg-gating'], objective: { ...tinySetup().objective, gatedLoss: 'mean' } },
      { bn: 'shared', minBottleneck: 3 },
    ),
    0,
  ],
  ['dense', tinySetup({ system: SYSTEMS.vicreg }, GATELESS), 10],
  ['dual gating, shared BatchNorms', tinySetup({}, { bn: 'shared', stemPadding: 2 }), 0],
  [
    'dual gating by plain SGD, a projector of odd widths',
    tinySetup(
      {
        optimizer: { momentum: 0.9, weightDecay: 0.05, lars: null },
        // Nothing but the rate holds these steps, and the tests' is high.
        objective: { ...tinySetup().objective, ...GENTLE },
      },
      { projector: { hidden: 63, output: 3 } },
    ),
    0,
  ],
  ['a projector of odd widths', tinySetup({}, { projector: { hidden: 9, output: 7 } }), 0],
];

const GATED_TWICE = { system: SYSTEMS['vicreg-gating'] };
/** Networks whose maps fill no whole quads at first, in the form of `CASES`. */
export const ODD_WIDTHS: readonly (readonly [string, EngineSetup, number])[] = [
  ...[2, 3, 5, 6].map(
    (width) =>
      [`dense, width ${width}`, tinySetup({ system: SYSTEMS.vicreg }, { ...GATELESS, width }), 10] as const,
  ),
  ...[2, 3, 6].map((width) => [`dual gating, width ${width}`, tinySetup({}, { width }), 0] as const),
  ['both views gated, width 5', tinySetup(GATED_TWICE, { bn: 'shared', width: 5 }), 0],
  ['a half of width 5', slimSetup({ slimForm: 'dual', slimWidth: 0.5 }, { width: 5 }), 1],
  ['SlimCLR’s widths of width 9', slimSetup({ slimForm: 'slimclr' }, { width: 9 }), 1],
];

/** Images of a step. */
export const BATCH = tinyStep().indices.length;

/** A step whose views are drawn as in training. */
export function drawnStep(index: number, side = SIDE): StepInput {
  const random = stream(index, 'augment');
  const policy = { ...CIFAR10_POLICY, blur: { ...CIFAR10_POLICY.blur, probability: [0.5, 0.5] as const } };
  const draw = (view: 0 | 1) => Array.from({ length: BATCH }, () => drawView(policy, view, side, random));
  return tinyStep({
    views: [draw(0), draw(1)],
    gateSeeds: [2 * index, 2 * index + 1],
    boundWidth: 0.9 ** index,
  });
}

const TERMS = ['loss', 'invariance', 'variance', 'covariance', 'budgetLoss', 'boundLoss'] as const;

function expectTerms(got: StepTerms, expected: StepTerms, tolerance: number): void {
  for (const key of TERMS) {
    const scale = Math.max(1, Math.abs(expected[key]));
    if (Number.isNaN(expected[key])) expect(got[key], key).toBeNaN();
    else expect(Math.abs(got[key] - expected[key]), key).toBeLessThan(tolerance * scale);
  }
  expected.terms.forEach((value, i) => {
    if (Number.isNaN(value)) expect(got.terms[i], `term ${i}`).toBeNaN();
    else
      expect(Math.abs(got.terms[i]! - value), `term ${i}`).toBeLessThan(
        tolerance * Math.max(1, Math.abs(value)),
      );
  });
  expectParts(got, expected, tolerance);
  if (expected.macRatio === null) expect(got.macRatio).toBeNull();
  else expect(got.macRatio).toBeCloseTo(expected.macRatio, 5);
}

/** Compares the parts of VICReg and the norms of the gradients, and that the parts add up to their terms. */
function expectParts(got: StepTerms, expected: StepTerms, tolerance: number): void {
  expect(Object.keys(got.gradientNorms)).toEqual(Object.keys(expected.gradientNorms));
  for (const [part, norm] of Object.entries(expected.gradientNorms)) {
    const measured = got.gradientNorms[part as keyof typeof expected.gradientNorms]!;
    expect(Math.abs(measured - norm) / norm, `gradient of the ${part}`).toBeLessThan(10 * tolerance);
  }
  expect(got.byPass === undefined).toBe(expected.byPass === undefined);
  for (const term of ['variance', 'covariance'] as const) {
    const [parts, reference] = [got.byPass?.[term] ?? [], expected.byPass?.[term] ?? []];
    parts.forEach((part, pass) => {
      const scale = Math.max(1, Math.abs(reference[pass]!));
      expect(Math.abs(part - reference[pass]!), `${term} of pass ${pass}`).toBeLessThan(tolerance * scale);
    });
    if (parts.length > 0) expect(parts[0]! + parts[1]!).toBeCloseTo(got[term], 5);
  }
}

/**
 * Biases before a BatchNorm or before a loss that ignores shifts. Their gradient is 0, except for the
 * rounding in each pass.
 */
const SHIFTS = ['projector.0.bias', 'projector.3.bias', 'projector.6.bias'];

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const less = (a: Float32Array, b: Float32Array, share = 1) => a.map((value, i) => value - share * b[i]!);
const middle = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Compares the state after one step from `before` with the state that the reference reaches. */
function expectState(
  got: EngineState,
  expected: EngineState,
  before: EngineState,
  { optimizer, system }: EngineSetup,
  learningRate: number,
): void {
  const updates = [...expected.momenta].map(([name, momentum]) => {
    const start = before.momenta.get(name)!;
    const update = less(momentum, start, optimizer.momentum);
    const off = norm(less(got.momenta.get(name)!, momentum));
    return { name, size: norm(update), off, rounding: norm(momentum) };
  });
  const moved = updates.filter(({ name }) => !SHIFTS.includes(name));
  const scale = middle(moved.map(({ size }) => size));
  // The tensors of a gate may have no gradient. Those of a width that is left out have none, but keep a
  // momentum.
  const relative = moved.map(({ name, size, off, rounding }) => ({
    name,
    error: off / Math.max(size, 1e-6 * scale, 1e-4 * rounding),
  }));
  for (const { name, error } of relative) expect(error, `momentum of ${name}`).toBeLessThan(5e-3);
  expect(middle(relative.map(({ error }) => error))).toBeLessThan(1e-4);
  for (const { name, off } of updates) {
    if (SHIFTS.includes(name))
      expect(off, `momentum of ${name}`).toBeLessThan(0.5e-4 * system.passes.length * scale);
  }
  for (const [name, start] of before.parameters) {
    // The new parameters follow from the momenta.
    const step = less(start, got.momenta.get(name)!, learningRate);
    expect(norm(less(got.parameters.get(name)!, step)), name).toBeLessThan(1e-6 * norm(step) + 1e-9);
  }
  for (const [name, values] of expected.buffers) {
    expect(norm(less(got.buffers.get(name)!, values)), name).toBeLessThan(1e-4 * norm(values) + 1e-6);
  }
}

/** Takes one step with all engines from the reference's state. */
export async function stepTogether(
  setup: EngineSetup,
  reference: TfjsEngine,
  engines: readonly Engine[],
  input: StepInput,
): Promise<void> {
  const before = await reference.state();
  const expected = await reference.step(input);
  const after = await reference.state();
  for (const engine of engines) {
    await engine.load(before);
    expectTerms(await engine.step(input), expected, 1e-4);
    expectState(await engine.state(), after, before, setup, input.learningRate);
  }
}

/** Compares the features of every branch, at the reference's state, with the reference's. */
export async function expectFeatures(
  setup: EngineSetup,
  reference: TfjsEngine,
  engines: readonly Engine[],
): Promise<void> {
  const state = await reference.state();
  for (const engine of engines) await engine.load(state);
  for (const branch of setup.system.branches) {
    const expected = await reference.encode(setup.images, 1, 8, branch);
    for (const engine of engines) {
      const got = await engine.encode(setup.images, 1, 8, branch);
      expect(got.gates).toEqual(expected.gates);
      expected.features.forEach((value, i) => {
        expect(Math.abs(got.features[i]! - value)).toBeLessThan(2e-3 * Math.max(1, Math.abs(value)));
      });
    }
  }
}

/**
 * Compares steps, each from the reference engine's state, and the features of every branch with the
 * reference.
 * @param open each opens an engine that is compared with the same reference, which takes most of the time
 * @param first number of the first draw
 */
export async function expectSteps(
  setup: EngineSetup,
  open: readonly (() => Promise<Engine>)[],
  first: number,
  steps = 3,
): Promise<void> {
  const reference = new TfjsEngine(setup);
  const engines = await Promise.all(open.map((each) => each()));
  for (const engine of engines) expect(await engine.state()).toEqual(await reference.state());
  for (let step = 0; step < steps; step++)
    await stepTogether(setup, reference, engines, drawnStep(first + step, setup.images.size));
  await expectFeatures(setup, reference, engines);
  for (const engine of engines) engine.dispose();
}
