import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// The import rule of the project: rooms import only from floors below, and no chain of imports forms a
// circle.

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const WORDS = ['choices', 'config', 'fields', 'metrics', 'platform', 'presets', 'random', 'reference'];
/** The images, what the network is, counts over test images; the interface of an engine, and its GPU. */
const GROUND = [...WORDS, 'data', 'network', 'statistics', 'engine', 'adapter'];
const ENGINES = ['method', 'plan', 'wasm', 'webgpu'];
/** What the page may know of the rooms that work in workers: their words and their clients. */
const DOORS = ['session/door', 'vault/door', 'exchange/door', 'laboratory/door', 'benchmark/door'];

/** Each room (a folder, or a file of src/) with the rooms and packages that it may import. */
const MAY_IMPORT: Readonly<Record<string, { rooms: readonly string[]; packages: readonly string[] }>> = {
  // Floor 0: words, and what computes nothing of the method.
  config: { rooms: [], packages: [] },
  choices: { rooms: ['config'], packages: [] },
  fields: { rooms: ['config'], packages: [] },
  metrics: { rooms: [], packages: [] },
  presets: { rooms: ['config'], packages: [] },
  // What browsers withhold from pages opened by plain http, or refuse: its only users.
  platform: { rooms: [], packages: ['@noble/hashes/'] },
  random: { rooms: [], packages: ['pure-rand'] },
  reference: { rooms: ['config'], packages: [] },
  // Counts over test images and gates, as rows of a run; bits travel as the network's weights do, in base64.
  statistics: { rooms: ['metrics', 'network'], packages: [] },
  link: { rooms: [], packages: [] },
  simd: { rooms: [], packages: ['assemblyscript', 'node:'] },
  adapter: { rooms: ['platform'], packages: [] },
  chromium: { rooms: [], packages: ['@playwright/test', 'node:'] },
  // WebGPU in Node.
  dawn: { rooms: [], packages: ['node:', 'webgpu'] },
  // What is built and served beside the code: headers, compressed files.
  site: { rooms: [], packages: ['node:', 'sirv', 'vite'] },
  // Floor 1: bytes in, what the network is, and what an engine does.
  data: { rooms: [...WORDS, 'link'], packages: ['@zip.js/zip.js', 'hyparquet', 'fflate'] },
  network: { rooms: WORDS, packages: [] },
  engine: { rooms: [...WORDS, 'data', 'network'], packages: [] },
  // Floor 2: two engines, the measuring, what a run is in words and files, and Python as text.
  method: { rooms: GROUND, packages: ['@tensorflow/'] },
  // What makes a step, and what fulfils it on a GPU.
  plan: { rooms: GROUND, packages: [] },
  webgpu: { rooms: [...GROUND, 'plan'], packages: [] },
  // The same on the processor; it shares only its compiler with tfjs's kernels.
  wasm: { rooms: [...GROUND, 'plan', 'link', 'simd'], packages: ['node:'] },
  evaluate: { rooms: GROUND, packages: ['@tensorflow/tfjs', 'umap-js'] },
  run: { rooms: GROUND, packages: ['zod'] },
  // Runs that come with the page: what is recorded, and the form of its files.
  recorded: { rooms: [...GROUND, 'run'], packages: [] },
  pytorch: { rooms: GROUND, packages: ['@zip.js/zip.js'] },
  // Floor 3: what makes a run go, keeps it, carries it out of the browser.
  session: { rooms: [...GROUND, ...ENGINES, 'evaluate', 'run', 'link'], packages: [] },
  vault: { rooms: [...GROUND, 'run', 'link'], packages: ['idb'] },
  exchange: { rooms: [...GROUND, 'run', 'link', 'pytorch'], packages: [] },
  inference: { rooms: [...GROUND, ...ENGINES], packages: ['@tensorflow/tfjs'] },
  // Floor 4: studies of trained weights and of engines.
  laboratory: {
    rooms: [
      ...[...GROUND, 'method', 'evaluate', 'inference', 'run', 'link'],
      ...['session/workerPlaces', 'wasm/threads'],
    ],
    // Features leave as a zip of arrays.
    packages: ['@zip.js/zip.js'],
  },
  benchmark: {
    rooms: [...GROUND, ...ENGINES, 'inference', 'run', 'link', 'session', 'wasm'],
    packages: ['@tensorflow/'],
  },
  golden: { rooms: [...GROUND, ...ENGINES, 'evaluate'], packages: ['@tensorflow/', 'zod'] },
  // What a command has computed in a browser.
  harness: {
    rooms: [...GROUND, ...ENGINES, 'inference', 'benchmark', 'golden', 'chromium'],
    packages: ['@playwright/test', '@tensorflow/', 'node:', 'vite'],
  },
  // Floor 5: the command line, and what the page knows.
  cli: {
    rooms: [
      ...[...GROUND, ...ENGINES, 'evaluate', 'run', 'session', 'inference', 'laboratory', 'benchmark'],
      ...['pytorch', 'recorded', 'simd', 'wasm', 'golden', 'harness', 'dawn', '../datasets'],
    ],
    packages: ['@tensorflow/', 'node:', 'sharp', 'vite', 'zod'],
  },
  store: {
    rooms: [...GROUND, 'run', 'recorded', 'link', 'inference/report', ...DOORS],
    packages: ['zustand'],
  },
  // Floor 6: pixels.
  ui: {
    rooms: [...WORDS, 'store'],
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
const OTHER_LANGUAGE = /^(simd|wasm)\/assembly\//;

const paths = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.([jt]sx?|css|wgsl)$/.test(path));
const modules = paths.filter((path) => /\.[jt]sx?$/.test(path) && !OTHER_LANGUAGE.test(path));
const source = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const product = modules.filter((path) => !/\.(test|fixture)\.tsx?$/.test(path));

/**
 * What a module imports: packages by name, files by their path from src/. Types, lazy imports and workers
 * count.
 */
function importsOf(path: string, text: string): string[] {
  const patterns = [
    /^\s*(?:import|export)\s[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
    /new URL\(\s*['"](\.[^'"]+\.[jt]sx?)['"]\s*,\s*import\.meta\.url/g,
  ];
  const named = patterns.flatMap((pattern) => Array.from(text.matchAll(pattern), (match) => match[1]!));
  return named.map((name) =>
    name.startsWith('.') ? relative(ROOT, join(ROOT, dirname(path), name)).replaceAll('\\', '/') : name,
  );
}

/**
 * All modules that the page itself loads, at once or later. Modules that are imported only for their types,
 * or that run in a worker, are not among them.
 */
function pageModules(): Set<string> {
  const reached = new Set<string>();
  const waiting = ['main.tsx'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    if (!modules.includes(path)) continue;
    const loaded = source(path)
      .replaceAll(/^\s*(import|export) type\s[^;]*;/gm, '')
      .replaceAll(/new Worker\([^;]*;/g, '');
    waiting.push(...importsOf(path, loaded));
  }
  return reached;
}

/** The room of a module: its folder in src/, or its own name without ending. */
function roomOf(path: string): string {
  return path.split('/', 1)[0]!.replace(/\.[jt]sx?$/, '');
}

/** The imports of a module that its room does not allow. */
function trespasses(path: string, text: string): string[] {
  const room = roomOf(path);
  const allowed = MAY_IMPORT[room];
  if (allowed === undefined) return [`${path}: the room ${room} is not in the list`];
  const isAllowed = (target: string) => {
    // Packages have files that end in .js too.
    if (!/^\.\.|\.(tsx?|css|wgsl|py)(\?.*)?$/.test(target) && !modules.includes(target)) {
      return allowed.packages.some(
        (name) => target === name || target.startsWith(/[:/]$/.test(name) ? name : `${name}/`),
      );
    }
    const file = target.replace(/\.[jt]sx?$/, '');
    return [room, ...allowed.rooms].some((name) => file === name || file.startsWith(`${name}/`));
  };
  return importsOf(path, text)
    .filter((target) => !isAllowed(target))
    .map((target) => `${path} → ${target}`);
}

/** The first chain of imports that leads from a module back to itself; null if there is none. */
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

  it('keep engines out of what the page itself loads', () => {
    const reached = [...pageModules()];
    expect(reached).toContain('store/playground.ts');
    expect(reached).toContain('session/door/client.ts');
    expect(
      reached.filter((path) => /^(@tensorflow|umap-js|method\/|webgpu\/|wasm\/|evaluate\/)/.test(path)),
    ).toEqual([]);
  });

  it('never show labels to what trains', () => {
    const training = product.filter(
      (path) => /^(method|webgpu)\//.test(path) || path === 'session/course/batches.ts',
    );
    // WebGPU's descriptors call the name of a buffer or shader its label.
    const code = (path: string) =>
      source(path)
        .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        .replaceAll(/\blabel: (name|'\w+')/g, '');
    expect(training.length).toBeGreaterThan(10);
    expect(training.filter((path) => /\blabels?\b/i.test(code(path)))).toEqual([]);
  });

  it('touch what insecure pages lack in one room only, so that nothing fails there without a word', () => {
    const withheld =
      /\bcrypto\b[.?]*\.(subtle|randomUUID)|\bnavigator\b[.?]*\.(locks|gpu|storage|clipboard|serviceWorker|wakeLock)|\bcaches\.|\bImageDecoder\b|\bshow(Save|Open)FilePicker\b/;
    const code = (path: string) => source(path).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const elsewhere = product.filter((path) => !/^(platform\/|adapter\.ts$|cli\/)/.test(path));
    expect(elsewhere.filter((path) => withheld.test(code(path)))).toEqual([]);
    // The rule sees its subject.
    expect(withheld.test(code('adapter.ts')) && withheld.test(code('platform/clipboard.ts'))).toBe(true);
  });

  it('take zod where it tries no `new Function`, which the page’s policy forbids', () => {
    const direct = product.filter((path) =>
      importsOf(path, source(path)).some((name) => name === 'zod' || name.startsWith('zod/')),
    );
    expect(direct.filter((path) => !/^(golden|cli)\//.test(path))).toEqual(['run/zod.ts']);
  });

  it('never take the path of a module from its address, which writes “ ”, “#” and “é” in another way', () => {
    const root = join(ROOT, '..');
    const all = ['src', 'e2e', 'datasets'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
        join(folder, path),
      ),
    );
    const programs = [...all.filter((path) => /\.[jt]sx?$/.test(path)), 'vite.config.ts'];
    const wrong = /import\.meta\.url\)\.(pathname|href)|import\.meta\.url\.(replace|slice)/;
    expect(programs.length).toBeGreaterThan(500);
    expect(programs.filter((path) => wrong.test(readFileSync(join(root, path), 'utf8')))).toEqual([]);
  });

  it('have no line of a comment over 110 characters', () => {
    // Formatters leave comments as they are. The table of the templates' additions is one line for each.
    const wide = paths
      .filter((path) => path !== 'webgpu/kernels/template.ts')
      .flatMap((path) =>
        source(path)
          .split('\n')
          .filter((line) => line.length > 110 && /^\s*(\/\/|\*|\/\*)/.test(line)),
      );
    expect(wide).toEqual([]);
  });

  it('have no file over 400 lines, no barrel and no file without a subject', () => {
    expect(paths.filter((path) => source(path).split('\n').length > 400)).toEqual([]);
    expect(
      paths.filter((path) => /(^|\/)(index|utils?|helpers?|common|types|misc)\.[jt]sx?$/.test(path)),
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
    expect(offends('ui/run/x.tsx', '../../session/door/client.ts')).toBe(1);
    expect(offends('store/x.ts', '../session/session.ts')).toBe(1);
    expect(offends('store/x.ts', '../session/door/client.ts')).toBe(0);
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
