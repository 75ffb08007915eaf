import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_PLACES } from '../cli/places.ts';
import { type BackendName, useBackend } from '../method/backend.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import { checkFiles, type GoldenRow } from './registry.ts';
import { TFJS } from './tfjs/underTest.ts';
import { checkOnMachines } from './wasm/onMachines.ts';
import { expectWholeSteps } from './wholeSteps.fixture.ts';

const VECTORS = new URL('./vectors/', import.meta.url);
/** The files of whole steps. */
const STEPS = ['e_dual_step.json', 'e_variants.json', 'e_weights.json', 'f_three_steps.json'];

/** The files of each section, with the other files that it needs. */
const SECTIONS = {
  a: ['a_vicreg.json'],
  b: ['b_gate.json'],
  c: ['c_sparsity.json'],
  d: ['d_flops.json'],
  h: ['h_optim.json'],
  j: ['j_ops.json'],
  'e, dual step': ['e_weights.json', 'e_dual_step.json'],
  'e, variants': ['e_weights.json', 'e_dual_step.json', 'e_variants.json'],
  f: ['e_weights.json', 'f_three_steps.json'],
} as const;

type Json = Record<string, unknown>;

const read = (name: string): Json => JSON.parse(readFileSync(new URL(name, VECTORS), 'utf8'));

function check(contents: Readonly<Record<string, unknown>>): Promise<GoldenRow[]> {
  const files = Object.entries(contents).map(([name, content]) => ({ name, text: JSON.stringify(content) }));
  return checkFiles(files, 'test', TFJS);
}

const failures = (rows: readonly GoldenRow[]) => rows.filter((row) => !row.passed).map((row) => row.check);

describe.each(['wasm', 'cpu'] as const satisfies BackendName[])(
  'golden sections on the reference, tfjs %s',
  (backend) => {
    beforeAll(async () => {
      await useBackend(backend, NODE_PLACES);
    });

    it.each(['a', 'b', 'c', 'd', 'h', 'j'] as const)(
      '%s matches the authors’ numbers and frees its tensors',
      async (section) => {
        const before = tf.memory().numTensors;
        const rows = await check(Object.fromEntries(SECTIONS[section].map((name) => [name, read(name)])));
        expect(rows.length).toBeGreaterThan(5);
        expect(failures(rows)).toEqual([]);
        expect(tf.memory().numTensors).toBe(before);
      },
    );
  },
);

it('golden sections e and f on the reference, tfjs wasm: whole steps match the authors’ numbers and free their tensors', async () => {
  await useBackend('wasm', NODE_PLACES);
  await expectWholeSteps();
});

it('golden on the engine of the processor: every section on one thread, whole steps on every build', async () => {
  const files = readdirSync(VECTORS).map((name) => ({
    name,
    text: readFileSync(new URL(name, VECTORS), 'utf8'),
  }));
  const rows: GoldenRow[] = [];
  const notChecked = await checkOnMachines(nodePlaces(), files, (row) => rows.push(row));
  expect(failures(rows)).toEqual([]);
  const filesOf = (build: string, threads: number) => {
    const mine = rows.filter((row) => row.build === build && row.threads === threads);
    return [...new Set(mine.map(({ file }) => file))];
  };
  const fused = notChecked.every(({ build }) => build !== 'fused');
  const all = files.map(({ name }) => name).filter((name) => name !== 'meta.json');
  expect(filesOf(fused ? 'fused' : 'plain', 1)).toEqual(all.toSorted());
  for (const build of fused ? ['fused', 'plain'] : ['plain'])
    for (const threads of [1, 2, 3]) expect(filesOf(build, threads)).toEqual(expect.arrayContaining(STEPS));
}, 180_000);

/** A copy of `content` in which the value at a path of keys is changed. */
function corrupted(content: Json, path: readonly (string | number)[]): unknown {
  const copy = structuredClone(content);
  let parent: unknown = copy;
  for (const key of path.slice(0, -1)) parent = (parent as Record<string | number, unknown>)[key];
  const last = path.at(-1)!;
  const owner = parent as Record<string | number, unknown>;
  owner[last] = changed(owner[last]);
  return copy;
}

/** Changes a number, or the first element of an array, by more than its tolerance. */
function changed(value: unknown): unknown {
  if (typeof value === 'number') return value * 1.1 + 0.02;
  const array = value as { f32: string };
  const bytes = Buffer.from(array.f32, 'base64');
  const first = bytes.readFloatLE(0);
  // An entry of a mask becomes the other whole number. Others change by more than their whole tensor's
  // tolerance.
  bytes.writeFloatLE(first === 0 || first === 1 ? 1 - first : first * 3 + 1, 0);
  return { ...array, f32: bytes.toString('base64') };
}

const BLOCK = 'backbone.layer3.1';

describe('a golden check fails on a corrupted number', () => {
  beforeAll(async () => {
    await useBackend('wasm', NODE_PLACES);
  });

  it.each([
    ['a', 'a_vicreg.json', ['cases', 0, 'cov'], 'losses'],
    ['a', 'a_vicreg.json', ['cases', 4, 'total'], 'losses'],
    ['a', 'a_vicreg.json', ['cases', 1, 'dvar_dz2'], 'gradients'],
    ['a', 'a_vicreg.json', ['cases', 3, 'dcov_dz1'], 'gradients'],
    ['b', 'b_gate.json', ['gate', 1, 'noise'], 'noise'],
    ['b', 'b_gate.json', ['gate', 0, 'hard'], 'sample'],
    ['b', 'b_gate.json', ['gate', 0, 'dlogits'], 'straight-through gradient'],
    ['b', 'b_gate.json', ['gate', 0, 'hard_eval'], 'in evaluation'],
    ['b', 'b_gate.json', ['mask_module', 0, 'logits'], 'logits'],
    ['b', 'b_gate.json', ['mask_module', 0, 'dx'], 'gradients'],
    ['b', 'b_gate.json', ['mask_module', 1, 'dparams', 'atten_c.1.bias'], 'gradients'],
    ['b', 'b_gate.json', ['mask_module', 1, 'running_var_after'], 'running variance'],
    ['b', 'b_gate.json', ['mask_module', 1, 'mask_eval'], 'mask in evaluation'],
    ['b', 'b_gate.json', ['mask_module', 0, 'mask_flops'], 'MACs'],
    ['c', 'c_sparsity.json', ['sets', 0, 'flops_real'], 'gated MACs'],
    ['c', 'c_sparsity.json', ['sets', 0, 'rows', 0, 'rloss'], 'losses'],
    ['c', 'c_sparsity.json', ['sets', 4, 'rows', 2, 'bloss'], 'losses'],
    ['c', 'c_sparsity.json', ['sets', 2, 'rows', 0, 'drloss_dmask', 7], 'budget gradients'],
    ['c', 'c_sparsity.json', ['sets', 0, 'rows', 0, 'dbloss_dmask_on_off', 3, 1], 'bound gradients'],
    ['d', 'd_flops.json', ['nets', 11, 'blocks', 2, 'downsample'], 'table of blocks'],
    ['d', 'd_flops.json', ['nets', 4, 'flops_orig'], 'stem, gates and total'],
    ['d', 'd_flops.json', ['random_masks', 1, 'flops_real'], 'gated total'],
    ['h', 'h_optim.json', ['schedules', 2, 'lr_per_epoch', 7], 'learning rate'],
    ['h', 'h_optim.json', ['anneal', 0, 'p_per_epoch', 9], 'corridor'],
    ['h', 'h_optim.json', ['optim', 1, 'params_after', 3, 'conv'], 'of the update'],
    ['h', 'h_optim.json', ['optim', 1, 'params_after', 3, 'zero'], 'of the update'],
    ['j', 'j_ops.json', ['conv', 2, 'y'], 'conv'],
    ['j', 'j_ops.json', ['conv', 7, 'dw'], 'conv'],
    ['j', 'j_ops.json', ['bn', 1, 'y_eval'], 'BatchNorm'],
    ['j', 'j_ops.json', ['bn', 0, 'dx'], 'BatchNorm'],
    ['j', 'j_ops.json', ['linear', 0, 'db'], 'linear'],
    ['j', 'j_ops.json', ['pool', 0, 'dx'], 'max-pool'],
    ['e, dual step', 'e_dual_step.json', ['losses', 'bloss'], 'e losses'],
    ['e, dual step', 'e_dual_step.json', ['feats_dense'], 'e features, dense'],
    ['e, dual step', 'e_dual_step.json', ['z_gated'], 'e z, gated'],
    ['e, dual step', 'e_dual_step.json', ['masks', 5], 'e masks'],
    ['e, dual step', 'e_dual_step.json', ['grads', `${BLOCK}.conv1.weight`], 'e gradients'],
    ['e, dual step', 'e_dual_step.json', ['grads', `${BLOCK}.mask_c.atten_c.0.weight`], 'e gradients'],
    ['e, dual step', 'e_dual_step.json', ['dloss_dfeats_gated'], 'e dloss/dfeatures, gated'],
    ['e, dual step', 'e_dual_step.json', ['buffers_after', `${BLOCK}.bn2_t.running_var`], 'e running'],
    ['e, dual step', 'e_dual_step.json', ['eval_after', 'masks', 0], 'e evaluation masks'],
    ['e, dual step', 'e_dual_step.json', ['eval_after', 'feats_gated'], 'e evaluation features'],
    ['e, variants', 'e_variants.json', ['variants', 'baseline1_both_dense', 'loss'], 'both dense'],
    ['e, variants', 'e_variants.json', ['variants', 'baseline2_both_gated', 'rloss2'], 'both gated'],
    ['e, variants', 'e_variants.json', ['variants', 'dual_shared_bn', 'feats_dense'], 'shared'],
    [
      'e, variants',
      'e_variants.json',
      ['variants', 'dual_shared_bn', 'grad_norm', `${BLOCK}.bn1.bias`],
      'shared',
    ],
    ['f', 'f_three_steps.json', ['steps', 2, 'loss'], 'f step 2 losses'],
    ['f', 'f_three_steps.json', ['steps', 1, 'lr'], 'f step 1 rate'],
    ['f', 'f_three_steps.json', ['steps', 1, 'lars_scale', `${BLOCK}.conv2.weight`], 'LARS scales'],
    ['f', 'f_three_steps.json', ['masks', 2, 7], 'f step 2 masks'],
    ['f', 'f_three_steps.json', ['final_params', 'projector.1.weight'], 'f parameters at the end'],
    ['f', 'f_three_steps.json', ['final_params', `${BLOCK}.conv1.weight`, 'norm'], 'large parameters'],
    ['f', 'f_three_steps.json', ['final_buffers', 'projector.4.running_mean'], 'f running'],
  ] as const)('%s: %s, %j', async (section, file, path, checkName) => {
    const contents = Object.fromEntries(SECTIONS[section].map((name) => [name, read(name)]));
    const rows = await check({ ...contents, [file]: corrupted(read(file), path) });
    const failed = rows.filter((row) => !row.passed);
    expect(failed.map((row) => row.file)).toContain(file);
    expect(failed.map((row) => row.check).join('\n')).toContain(checkName);
  });
});
