import { expect, it } from 'vitest';
import { memoryRows } from './MemoryInUse.tsx';

const shown = (...[use]: Parameters<typeof memoryRows>) =>
  memoryRows(use).map(({ label, value }) => `${label}: ${value}`);

it('has the numbers that an engine has, and none in place of others', () => {
  const tensors = { tensors: 3, tensorBytes: 1200 };
  expect(shown({ gpu: 130_110_208, kernels: null, wasm: 16_777_216, ...tensors })).toEqual([
    'On the GPU: 130 MB',
    'In WASM: 16.8 MB',
    'Tensors: 3, 1.2 kB',
  ]);
  expect(shown({ gpu: null, kernels: 148_000_000, wasm: 16_777_216, ...tensors })).toEqual([
    'In WASM: 148 MB',
    'In tfjs’s WASM: 16.8 MB',
    'Tensors: 3, 1.2 kB',
  ]);
  expect(shown({ gpu: null, kernels: null, wasm: 220_000_000, ...tensors })).toEqual([
    'In WASM: 220 MB',
    'Tensors: 3, 1.2 kB',
  ]);
  expect(shown({ gpu: null, kernels: null, wasm: null, ...tensors })).toEqual(['Tensors: 3, 1.2 kB']);
});
