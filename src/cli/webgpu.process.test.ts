import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { findChromium } from '../chromium.ts';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { runAlone } from './command.fixture.ts';

// Node learns to import shaders only in a process that was started as a command is.

const folder = mkdtempSync(join(tmpdir(), 'dualgate-webgpu-process-'));
const inFolder = (name: string) => join(folder, name);
writeFileSync(inFolder('train.bin'), makeRecords(24));
writeFileSync(inFolder('test.bin'), makeRecords(10, 3));
// Its software driver is what a machine without a GPU computes on.
findChromium();
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

const IMAGES = ['--data', inFolder('train.bin'), '--test', inFolder('test.bin')];
const TINY = '--width 4 --batch 8 --projector 8'.split(' ');

async function losses(engine: string, steps: number, ...more: readonly string[]): Promise<readonly number[]> {
  const out = inFolder(`${engine}-${steps}.json`);
  const size = more.includes('--resume') ? [] : TINY;
  const args = [...IMAGES, ...size, '--engine', engine, '--steps', String(steps), '--out', out, ...more];
  const { code, errors } = await runAlone('train', args);
  expect([code, code === 0 ? '' : errors]).toEqual([0, '']);
  const run: { readonly steps: readonly { readonly loss: number }[] } = JSON.parse(readFileSync(out, 'utf8'));
  return run.steps.map(({ loss }) => loss);
}

it('npm run train --engine webgpu trains in Node as WASM does, and goes on from its file', async () => {
  const [gpu, wasm] = [await losses('webgpu', 4, '--checkpoint'), await losses('wasm', 1)];
  expect(gpu).toHaveLength(4);
  // From the second step on, the rounding of two engines grows.
  expect(Math.abs(gpu[0]! / wasm[0]! - 1)).toBeLessThan(1e-4);
  const on = await losses('webgpu', 6, '--resume', inFolder('webgpu-4.json'));
  expect([on.length, on.slice(0, 4)]).toEqual([6, gpu]);
}, 300_000);

interface Evaluation {
  readonly engine: string;
  readonly measures: readonly { readonly scores: readonly { readonly accuracy: number }[] }[];
  readonly spreads: readonly { readonly effectiveRank: number; readonly dead: number }[];
}

it('npm run evaluate --engine webgpu measures what the reference engine does', async () => {
  const [gpu, cpu] = [await evaluation('webgpu'), await evaluation('cpu')];
  expect([gpu.engine, cpu.engine]).toEqual(['webgpu', 'cpu']);
  expect(gpu.measures).toMatchObject(cpu.measures);
  for (const [i, { effectiveRank, dead }] of cpu.spreads.entries()) {
    expect(gpu.spreads[i]!.dead).toBe(dead);
    // Features of two engines may differ by 10⁻³ of the largest.
    expect(Math.abs(gpu.spreads[i]!.effectiveRank / effectiveRank - 1)).toBeLessThan(1e-3);
  }
}, 300_000);

async function evaluation(engine: string): Promise<Evaluation> {
  const out = inFolder(`evaluation-${engine}.json`);
  const measures = ['--measures', 'knn1-euclidean,spread', '--engine', engine, '--out', out];
  const ended = await runAlone('evaluate', [inFolder('wasm-1.json'), ...IMAGES, ...measures]);
  expect([ended.code, ended.code === 0 ? '' : ended.errors]).toEqual([0, '']);
  expect(/^engine +webgpu: ./m.test(ended.output)).toBe(engine === 'webgpu');
  return JSON.parse(readFileSync(out, 'utf8'));
}

it('without a GPU the command says so before it does anything, and what to install', async () => {
  vi.stubEnv('VK_ICD_FILENAMES', inFolder('nothing.json'));
  const { code, output, errors } = await runAlone('train', [...IMAGES, ...TINY, '--engine', 'webgpu']);
  expect([code, output]).toEqual([1, '']);
  expect(errors).toMatch(/WebGPU in Node \(Dawn\) gives no adapter\. .*nothing\.json.*apt-get install/s);
});
