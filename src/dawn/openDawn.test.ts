import { expect, it, vi } from 'vitest';
import { advised } from '../advice.fixture.ts';
import { openDawn } from './openDawn.ts';

/** What stands for Dawn: its adapters by name. Null stands for a package that is not installed. */
let adapters: readonly string[] | null = [];

vi.mock('webgpu', () => ({
  get create() {
    if (adapters === null) throw new Error('Cannot find package ‘webgpu’');
    return created;
  },
  globals: { GPUBufferUsage: { MAP_READ: 1 } },
}));

// A machine with Vulkan's loader and drivers of its own, whatever this one has.
vi.mock(import('./vulkanDriver.ts'), async (original) => ({
  ...(await original()),
  loadLoader: () => true,
  softwareDriver: () => null,
}));

function created(options: readonly string[]) {
  return {
    requestAdapter: async () => {
      const wanted = options[0]?.replace('adapter=', '');
      if (wanted === undefined) return adapters?.[0] ?? null;
      const found = adapters?.find((name) => name.includes(wanted));
      if (found !== undefined) return found;
      const list = adapters?.map((name) => ` * backend: 'vulkan', name: '${name}'`).join('\n');
      throw new Error(`no suitable backends found\nAvailable adapters:\n${list}`);
    },
  };
}

it('gives this process the first GPU, or the one that is named', async () => {
  adapters = ['NVIDIA H200', 'llvmpipe'];
  await openDawn({ adapter: null });
  expect(await navigator.gpu.requestAdapter()).toBe('NVIDIA H200');
  await openDawn({ adapter: 'pipe' });
  expect(await navigator.gpu.requestAdapter()).toBe('llvmpipe');
  expect(GPUBufferUsage.MAP_READ).toBe(1);
});

it('a GPU that is not here: one of those that are listed is taken', () => {
  adapters = ['NVIDIA H200', 'llvmpipe'];
  return advised({
    provoke: () => openDawn({ adapter: 'AMD' }),
    says: /^--adapter must be a part of the name of a GPU that is here: “NVIDIA H200”, “llvmpipe”\.$/,
    follow: () => openDawn({ adapter: 'llvmpipe' }),
  });
});

it('no GPU: works once a driver is installed', () => {
  adapters = [];
  return advised({
    provoke: () => openDawn({ adapter: null }),
    says: /gives no adapter\. .*[Ii]nstall/,
    follow: () => {
      adapters = ['llvmpipe'];
      return openDawn({ adapter: null });
    },
  });
});

it('no Dawn: works once the optional package is installed', () => {
  adapters = null;
  return advised({
    provoke: () => openDawn({ adapter: null }),
    says: /optional package “webgpu” .*: Cannot find .* Install it with “npm ci --include=optional”/,
    follow: () => {
      adapters = ['llvmpipe'];
      return openDawn({ adapter: null });
    },
  });
});
