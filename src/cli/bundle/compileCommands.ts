import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';

/** The commands of a bundle. */
export const COMMANDS = ['train', 'evaluate', 'sweep', 'export', 'golden', 'bench'] as const;

/** Modules that a bundle has in another form: paths from the project's folder. */
const REPLACED: ReadonlyMap<string, string> = new Map([
  ['src/harness/browser.ts', 'src/cli/bundle/absent.ts'],
  ['src/cli/builtSite.ts', 'src/cli/bundle/absent.ts'],
  ['src/harness/page/visit.ts', 'src/cli/bundle/absent.ts'],
  ['src/simd/compile.ts', 'src/cli/bundle/finishedBinaries.ts'],
  ['node_modules/@tensorflow/tfjs/dist/index.js', 'src/cli/bundle/tfjsCore.ts'],
  ['node_modules/node-fetch/lib/index.mjs', 'src/cli/bundle/ownFetch.ts'],
  ['node_modules/node-fetch/lib/index.js', 'src/cli/bundle/ownFetch.ts'],
]);

/** Dawn's module, and where its libraries lie in a bundle. */
const DAWN = 'node_modules/webgpu/index.js';
export const DAWN_FOLDER = 'dawn';
/** What the project compiles outside of its own folders, and where that lies in a bundle. */
export const CACHE = 'node_modules/.cache/';
export const CACHE_FOLDER = 'cache/';

/** What a module calls its own address. */
const ADDRESS = 'import.meta.url';

/** The commands as JavaScript. */
export interface Compiled {
  /** Text by name, all in one folder. */
  readonly chunks: ReadonlyMap<string, string>;
  /** Folders of the packages that are in it. */
  readonly packages: readonly string[];
}

/**
 * Puts each command and all that it imports into a few files of JavaScript.
 * @param root the project's folder
 * @throws Error if a module cannot be read
 */
export async function compileCommands(root: string): Promise<Compiled> {
  const made = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [bundled(root)],
    // What draws and decodes pictures stays outside.
    ssr: { noExternal: true, external: ['sharp', '@resvg/resvg-wasm'], target: 'node' },
    build: {
      ssr: true,
      write: false,
      minify: false,
      target: 'node20',
      rolldownOptions: {
        input: Object.fromEntries(COMMANDS.map((name) => [name, join(root, `src/cli/${name}.ts`)])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  if ('close' in made) throw new TypeError('bundle: expected a build that ends');
  const outputs = (Array.isArray(made) ? made : [made]).flatMap(({ output }) => output);
  const chunks = outputs.filter((part): part is Rolldown.OutputChunk => part.type === 'chunk');
  const ids = new Set(chunks.flatMap(({ moduleIds }) => moduleIds));
  return {
    chunks: new Map(chunks.map(({ fileName, code }) => [fileName, code])),
    packages: [...new Set([...ids].flatMap((id) => packageOf(id.split('?', 1)[0]!) ?? []))].sort(),
  };
}

/** What differs between the project and a bundle of it. */
function bundled(root: string): Plugin {
  const pathOf = (id: string) => relative(root, id.split('?', 1)[0]!).split(sep).join('/');
  return {
    name: 'dualgate-bundle',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      const instead = found === null ? undefined : REPLACED.get(pathOf(found.id));
      return instead === undefined ? found : join(root, instead);
    },
    transform(code, id) {
      const path = pathOf(id);
      if (path === DAWN) return inPlace(code, `${DAWN_FOLDER}/index.js`);
      if (!/^(src|datasets)\/.*\.ts$/.test(path)) return null;
      return inPlace(code, path)
        .replaceAll(CACHE, CACHE_FOLDER)
        .replaceAll(/npm run (\w+)( --)?(?= )/g, (whole, name: string) =>
          COMMANDS.some((command) => command === name) ? `./run ${name}` : whole,
        );
    },
    renderChunk(code) {
      // tfjs looks for its binaries beside its own file.
      const isAsked = /\b__dirname\b/.test(code) && !/\b(const|let|var) __dirname\b/.test(code);
      return isAsked ? `const __dirname = import.meta.dirname;\n${code}` : null;
    },
  };
}

/**
 * A module that finds files by its own address finds them in the bundle where they lie from the project's
 * folder, although it is part of another file there.
 */
function inPlace(code: string, path: string): string {
  return code.replaceAll(ADDRESS, `new URL(${JSON.stringify(`./${path}`)}, ${ADDRESS}).href`);
}

/** The folder of the package that a module belongs to; null for the project's own. */
function packageOf(id: string): string | null {
  const at = id.lastIndexOf(`${sep}node_modules${sep}`);
  if (at === -1) return null;
  let folder = dirname(id);
  // Packages have further package.json inside, which only say how to read modules.
  while (!/[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+$/.test(folder)) folder = dirname(folder);
  return existsSync(join(folder, 'package.json')) ? folder : null;
}
