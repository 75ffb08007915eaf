import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// The import rule of the project: rooms import only from floors below, nothing goes round in circles.

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const FLOOR_0 = ['choices', 'config', 'fields', 'metrics', 'presets', 'random', 'reference'];
const FLOOR_1 = ['data', 'network'];
/** What the two engines share: their interface. */
const ENGINE = ['engine'];

/** Each room (a folder, or a file of src/) with the rooms, single files and packages that it may import. */
const MAY_IMPORT: Readonly<Record<string, { rooms: readonly string[]; packages: readonly string[] }>> = {
  config: { rooms: [], packages: [] },
  choices: { rooms: ['config'], packages: [] },
  fields: { rooms: ['config'], packages: [] },
  metrics: { rooms: [], packages: [] },
  presets: { rooms: ['config'], packages: [] },
  random: { rooms: [], packages: ['pure-rand'] },
  reference: { rooms: ['config'], packages: [] },
  simd: { rooms: [], packages: ['assemblyscript', 'node:'] },
  data: { rooms: FLOOR_0, packages: ['@zip.js/zip.js', 'hyparquet'] },
  network: { rooms: FLOOR_0, packages: [] },
  engine: { rooms: [...FLOOR_0, ...FLOOR_1], packages: [] },
  // Python as text, and what goes into a file beside it.
  pytorch: { rooms: [...FLOOR_0, ...FLOOR_1], packages: ['@zip.js/zip.js'] },
  method: { rooms: [...FLOOR_0, ...FLOOR_1, ...ENGINE], packages: ['@tensorflow/'] },
  webgpu: { rooms: [...FLOOR_0, ...FLOOR_1, ...ENGINE], packages: [] },
  evaluate: { rooms: [...FLOOR_0, ...FLOOR_1], packages: ['@tensorflow/tfjs', 'umap-js'] },
  session: {
    rooms: [...FLOOR_0, ...FLOOR_1, ...ENGINE, 'method', 'webgpu', 'evaluate'],
    packages: ['zod'],
  },
  vault: {
    // Runs on disk: of a session the words, the record, and what a run and a checkpoint are in files.
    rooms: [
      ...FLOOR_0,
      ...FLOOR_1,
      ...ENGINE,
      'session/checkpoint',
      'session/checkpointFile',
      'session/checkpointParts',
      'session/protocol',
      'session/record',
      'session/runCheckpoint',
      'session/runFile',
      'session/runSchema',
      'session/runText',
    ],
    packages: ['idb', 'zod'],
  },
  exchange: {
    // Files of runs and weights, in a worker.
    rooms: [
      ...FLOOR_0,
      ...FLOOR_1,
      'pytorch',
      'session/checkpoint',
      'session/checkpointParts',
      'session/nextTask',
      'session/record',
      'session/runCheckpoint',
      'session/runFile',
      'session/runText',
      'session/weightsText',
    ],
    packages: [],
  },
  laboratory: {
    // Trained weights and an engine of its own; of a session the words, the images and the encoding.
    rooms: [
      ...FLOOR_0,
      ...FLOOR_1,
      ...ENGINE,
      'method',
      'evaluate',
      'inference',
      'session/evaluation',
      'session/nextTask',
      'session/protocol',
      'session/workerPlaces',
    ],
    // Features leave as a zip of arrays.
    packages: ['@zip.js/zip.js'],
  },
  inference: {
    rooms: [...FLOOR_0, ...FLOOR_1, ...ENGINE, 'method', 'webgpu'],
    packages: ['@tensorflow/tfjs'],
  },
  benchmark: {
    // The inputs of a run, and the engines that it compares.
    rooms: [
      ...FLOOR_0,
      ...FLOOR_1,
      ...ENGINE,
      'method',
      'webgpu',
      'session/stage',
      'session/batches',
      'session/adapterTuning',
    ],
    packages: ['@tensorflow/'],
  },
  cli: {
    rooms: [
      ...FLOOR_0,
      ...FLOOR_1,
      ...ENGINE,
      'method',
      'webgpu',
      'evaluate',
      'session',
      'laboratory',
      'inference',
      'benchmark',
      'pytorch',
      'simd',
      '../datasets',
      // Golden vectors on WebGPU run in a browser.
      '../e2e/golden',
    ],
    packages: ['@tensorflow/', 'node:', 'sharp', 'vite', 'zod'],
  },
  store: {
    rooms: [
      ...FLOOR_0,
      // The words for files and their sampling.
      'data/files',
      // What can be downloaded, and the worker that does it.
      'data/hub/catalogue',
      'data/hub/client',
      'data/hub/hubError',
      'data/hub/loadHub',
      'data/hub/protocol',
      // What files look like by their names and sizes.
      'data/guess',
      // What a system and a run are, in words; no arithmetic.
      'network/systems',
      'network/fromConfig',
      'network/fromWeights',
      'network/parameters',
      'network/slim',
      'session/protocol',
      'session/checkpoint',
      'session/client',
      'session/memory',
      'session/record',
      'session/runFile',
      'session/runText',
      'session/shareLink',
      // Runs that ended, and plans of runs: words and counts.
      'session/runSetFile',
      'session/runSummary',
      'session/settingsKey',
      'session/sweepFile',
      'session/sweepPlan',
      'session/tuningStore',
      // Its words and its client; it reads and writes files in a worker.
      'exchange/client',
      'exchange/protocol',
      // Views of an image: words, and the client of their worker.
      'session/viewsClient',
      'session/viewsProtocol',
      // The two UMAP settings that a map worker knows.
      'session/mapProtocol',
      // Counts over gates and test images that the page holds; no arithmetic on tensors.
      'evaluate/bitset',
      'evaluate/confidence',
      'evaluate/separation',
      // Their words and their clients; they measure in workers.
      'laboratory/client',
      'laboratory/masksOrder',
      'laboratory/measuresOrder',
      'laboratory/sliceOrder',
      'laboratory/takeOrder',
      'inference/report',
      'laboratory/protocol',
      'benchmark/adapter',
      'benchmark/client',
      'benchmark/protocol',
      'benchmark/report',
      // Its words and its client; it keeps runs in a worker.
      'vault/client',
      'vault/entry',
      'vault/policy',
      'vault/protocol',
    ],
    packages: ['zustand'],
  },
  ui: {
    rooms: [...FLOOR_0, 'store'],
    packages: [
      'react',
      'react-dom',
      'react-error-boundary',
      'react-hotkeys-hook',
      'recharts',
      'lucide-react',
      'zustand',
    ],
  },
  main: { rooms: ['ui', 'store'], packages: ['react', 'react-dom'] },
};

/** Compiled by AssemblyScript, whose imports are its own. */
const OTHER_LANGUAGE = 'simd/assembly/';

const paths = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.(tsx?|css|wgsl)$/.test(path));
const modules = paths.filter((path) => /\.tsx?$/.test(path) && !path.startsWith(OTHER_LANGUAGE));
const source = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const product = modules.filter((path) => !/\.(test|fixture)\.tsx?$/.test(path));

/** What a module imports: packages by name, files by their path from src/. Types, lazy imports and workers count. */
function importsOf(path: string, text: string): string[] {
  const patterns = [
    /^\s*(?:import|export)\s[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
    /new URL\(\s*['"](\.[^'"]+\.tsx?)['"]\s*,\s*import\.meta\.url/g,
  ];
  const named = patterns.flatMap((pattern) => Array.from(text.matchAll(pattern), (match) => match[1]!));
  return named.map((name) =>
    name.startsWith('.') ? relative(ROOT, join(ROOT, dirname(path), name)).replaceAll('\\', '/') : name,
  );
}

/** The room of a module: its folder in src/, or its own name without ending. */
function roomOf(path: string): string {
  return path.split('/', 1)[0]!.replace(/\.tsx?$/, '');
}

/** The imports of a module that its room may not have. */
function trespasses(path: string, text: string): string[] {
  const room = roomOf(path);
  const allowed = MAY_IMPORT[room];
  if (allowed === undefined) return [`${path}: the room ${room} is not in the list`];
  const isAllowed = (target: string) => {
    if (!/^\.\.|\.(tsx?|css|wgsl|py)(\?.*)?$/.test(target)) {
      return allowed.packages.some(
        (name) => target === name || target.startsWith(/[:/]$/.test(name) ? name : `${name}/`),
      );
    }
    const file = target.replace(/\.tsx?$/, '');
    return [room, ...allowed.rooms].some((name) => file === name || file.startsWith(`${name}/`));
  };
  return importsOf(path, text)
    .filter((target) => !isAllowed(target))
    .map((target) => `${path} → ${target}`);
}

/** The first way that leads from a module back to itself; null if there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (at: string, way: readonly string[]): string[] | null => {
    if (way.includes(at)) return [...way.slice(way.indexOf(at)), at];
    if (done.has(at)) return null;
    done.add(at);
    for (const next of graph.get(at) ?? []) {
      const cycle = visit(next, [...way, at]);
      if (cycle) return cycle;
    }
    return null;
  };
  for (const start of graph.keys()) {
    const cycle = visit(start, []);
    if (cycle) return cycle;
  }
  return null;
}

describe('the rooms of src/', () => {
  it('import only what their floor allows', () => {
    expect(product.length).toBeGreaterThan(50);
    expect(product.flatMap((path) => trespasses(path, source(path)))).toEqual([]);
  });

  it('import files that are there, and go round in no circle', () => {
    const graph = new Map(product.map((path) => [path, importsOf(path, source(path))]));
    const files = [...graph.values()].flat().filter((target) => /^[^.@][^:]*\.tsx?$/.test(target));
    expect(files.filter((target) => !modules.includes(target))).toEqual([]);
    expect(findCycle(graph)).toBeNull();
  });

  it('never show labels to what trains', () => {
    const training = product.filter(
      (path) => /^(method|webgpu)\//.test(path) || path === 'session/batches.ts',
    );
    // WebGPU's descriptors call the name of a buffer or shader its label.
    const code = (path: string) =>
      source(path)
        .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        .replaceAll(/\blabel: (name|'\w+')/g, '');
    expect(training.length).toBeGreaterThan(10);
    expect(training.filter((path) => /\blabels?\b/i.test(code(path)))).toEqual([]);
  });

  it('have no file over 400 lines, no barrel and no file without a subject', () => {
    expect(paths.filter((path) => source(path).split('\n').length > 400)).toEqual([]);
    expect(
      paths.filter((path) => /(^|\/)(index|utils?|helpers?|common|types|misc)\.tsx?$/.test(path)),
    ).toEqual([]);
  });
});

describe('the rule itself', () => {
  it('sees imports of every form', () => {
    const text = [
      "import tf from '@tensorflow/tfjs';",
      "import {\n  type A,\n  b,\n} from '../network/layers.ts';",
      "export { c } from './d.ts';",
      "import './style.css';",
      "const lazy = () => import('../ui/Chart.tsx');",
      "new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });",
    ].join('\n');
    expect(importsOf('session/x.ts', text)).toEqual([
      '@tensorflow/tfjs',
      'network/layers.ts',
      'session/d.ts',
      'session/style.css',
      'ui/Chart.tsx',
      'session/worker.ts',
    ]);
  });

  it('refuses a floor above, a neighbour, a package and a room that nobody knows', () => {
    const offends = (path: string, target: string) => trespasses(path, `import x from '${target}';`).length;
    expect(offends('data/x.ts', '../method/gate.ts')).toBe(1);
    expect(offends('data/x.ts', '../network/layers.ts')).toBe(1);
    expect(offends('ui/run/x.tsx', '../../session/protocol.ts')).toBe(1);
    expect(offends('store/x.ts', '../session/session.ts')).toBe(1);
    expect(offends('store/x.ts', '../session/protocol.ts')).toBe(0);
    expect(offends('webgpu/x.ts', '@tensorflow/tfjs')).toBe(1);
    expect(offends('ui/x.tsx', 'react-dom/client')).toBe(0);
    expect(offends('cli/x.ts', '../../datasets/build.ts')).toBe(0);
    expect(offends('cli/x.ts', '../../e2e/browser.ts')).toBe(1);
    expect(offends('attic/x.ts', '../config.ts')).toBe(1);
  });

  it('finds the way round in a circle', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', []],
      ['d', ['b']],
    ]);
    expect(findCycle(graph)).toEqual(['b', 'd', 'b']);
    graph.set('d', ['c']);
    expect(findCycle(graph)).toBeNull();
  });
});
