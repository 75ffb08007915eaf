import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ROUNDS } from '../e2e/parts.ts';

// Checks what documents and comments say of the project: the sections, links, files, functions and commands
// that they name must exist.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Folders that hold no text written by hand. */
const PASSED_OVER = /(^|\/)(node_modules|dist|vectors|recorded|emoji10|wasm|test-results)(\/|$)/;

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Files below a folder of the project, by their paths in it. */
function filesIn(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => normalize(join(folder, path)).replaceAll('\\', '/'))
    .filter((path) => ending.test(path) && !PASSED_OVER.test(path.replace(/^datasets\/emoji10/, 'datasets')));
}

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', ...filesIn('docs', /\.md$/)];
const SOURCES = ['src', 'e2e', 'datasets'].flatMap((folder) => filesIn(folder, /\.(tsx?|wgsl|css|py)$/));

/** The comments of a source without their marks, so that a sentence over two lines becomes one line. */
function commentsOf(path: string): string {
  const text = read(path);
  const found = /\.py$/.test(path)
    ? text.matchAll(/#.*|"""[\s\S]*?"""/g)
    : text.matchAll(/\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/.*/g);
  return Array.from(found, ([comment]) => comment)
    .join('\n')
    .replaceAll(/\n\s*(\*(?!\/)|\/\/|#) ?/g, ' ');
}

/** Headings of a document, without the marks of code, emphasis and links. */
function headingsOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '');
  return Array.from(prose.matchAll(/^#{1,6} (.+)$/gm), ([, heading]) => heading!.trim());
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .replaceAll(/[`*]/g, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}

/** Addresses that a document refers to: links, pictures and the variants of pictures. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '');
  const patterns = [/\]\(([^)\s]+)\)/g, /\b(?:src|srcset|href)="([^"]+)"/g];
  return patterns.flatMap((pattern) => Array.from(prose.matchAll(pattern), ([, address]) => address!));
}

/** Why a link of a document leads nowhere; null when its target exists or is outside the project. */
function linkFault(document: string, address: string): string | null {
  if (/^[a-z]+:/.test(address)) return null;
  const [path = '', anchor] = address.split('#');
  const target = path === '' ? document : normalize(join(dirname(document), path));
  if (!existsSync(join(ROOT, target))) return `${document} → ${address}: there is no ${target}`;
  if (anchor === undefined || !target.endsWith('.md')) return null;
  const anchors = headingsOf(read(target)).map(anchorOf);
  return anchors.includes(anchor) ? null : `${document} → ${address}: no heading of ${target} is called so`;
}

/** Names of documents with the sections that a text cites: “method §5, §6” are two citations. */
function citationsIn(text: string): [document: string, section: string][] {
  return Array.from(text.matchAll(/(\w+) (§\d+(?:, §\d+)*)/g)).flatMap(([, document, sections]) =>
    sections!.split(', ').map((section): [string, string] => [document!.toLowerCase(), section.slice(1)]),
  );
}

/** Papers have sections, too. “paper §3” and “Zhao et al. 2024, §3.1” do not cite our documents. */
const OTHERS = new Set(['paper']);

/**
 * Whether a file exists. Its path may start at the project, at src/ or at the folder of the file that names
 * it; a name without a folder may belong to any file.
 */
function isThere(path: string, from: string): boolean {
  if ([path, join('src', path), join(dirname(from), path)].some((each) => existsSync(join(ROOT, each))))
    return true;
  return !path.includes('/') && NAMES.has(path);
}
const NAMES = new Set([...SOURCES, ...filesIn('src', /\.json$/), ...DOCUMENTS].map((path) => basename(path)));

/** Files that a text names by a path: method/budget.ts, src/webgpu/kernels/kernel.ts. */
function pathsIn(text: string): string[] {
  const found = text
    .replaceAll(/\b[a-z]+:\/\/\S+/g, '')
    .matchAll(/(?<![\w./@{-])((?:\.?[\w-]+\/)*[\w-]+(?:\.[a-z]+)*\.(?:tsx?|wgsl|py|css|yml))\b/gi);
  return Array.from(found, ([, path]) => path!);
}

/** Commands of package.json that a text tells somebody to run. */
function scriptsIn(text: string): string[] {
  return Array.from(text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g), ([, script]) => script!);
}

/** Parts of `npm test` that a text names: `npm test -- unit gpu`. */
function partsIn(text: string): string[] {
  return Array.from(text.matchAll(/\bnpm test -- ([a-z][a-z -]*)/g)).flatMap(([, parts]) =>
    parts!.trim().split(/\s+/),
  );
}

const SCRIPTS = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
const PARTS = ROUNDS.flat().map(({ name }) => name);

describe('what is cited', () => {
  it('stands in the documents: every “method §N” of a comment has its section', () => {
    const cited = SOURCES.flatMap((path) =>
      citationsIn(commentsOf(path)).map(([document, section]) => ({ path, document, section })),
    ).filter(({ document }) => !OTHERS.has(document));
    expect(cited.length).toBeGreaterThan(50);
    const sections = (document: string) => {
      const path = `docs/${document}.md`;
      if (!existsSync(join(ROOT, path))) return [];
      return headingsOf(read(path)).map((heading) => /^§(\d+) /.exec(heading)?.[1]);
    };
    const missing = cited.filter(({ document, section }) => !sections(document).includes(section));
    expect(missing).toEqual([]);
  });

  it('is numbered without gaps', () => {
    for (const document of ['docs/method.md', 'docs/evaluation.md']) {
      const numbers = headingsOf(read(document)).flatMap((heading) => /^§(\d+) /.exec(heading)?.[1] ?? []);
      expect(numbers, document).toEqual(numbers.map((_, i) => String(i + 1)));
    }
  });
});

describe('the documents', () => {
  it('have links that lead to files and headings that are there', () => {
    const faults = DOCUMENTS.flatMap((path) =>
      linksOf(read(path)).flatMap((address) => linkFault(path, address) ?? []),
    );
    expect(faults).toEqual([]);
  });

  it('are all reached from the README', () => {
    const links = linksOf(read('README.md')).map((address) => address.split('#')[0]);
    expect(DOCUMENTS.filter((path) => path !== 'README.md' && !links.includes(path))).toEqual([]);
  });

  it('name files that are there', () => {
    const faults = DOCUMENTS.flatMap((path) =>
      Array.from(read(path).matchAll(/`([^`\n]+)`/g))
        .flatMap(([, code]) => pathsIn(code!))
        .filter((file) => !isThere(file, path) && !PLACEHOLDERS.test(file))
        .map((file) => `${path}: ${file}`),
    );
    expect(faults).toEqual([]);
  });

  it('name functions with files that have them', () => {
    const named = DOCUMENTS.flatMap((path) =>
      Array.from(read(path).matchAll(/`(\w+)` \(`([\w./-]+\.tsx?)`\)/g), ([, name, file]) => ({
        path,
        name: name!,
        file: file!.startsWith('e2e/') ? file! : `src/${file}`,
      })),
    );
    expect(named.length).toBeGreaterThan(30);
    const missing = named.filter(({ name, file }) => !new RegExp(`\\b${name}\\b`).test(read(file)));
    expect(missing).toEqual([]);
  });

  it('name tests with files that have them', () => {
    const text = read('docs/page.md');
    const named = Array.from(text.matchAll(/\[[\w.]+\]\(\.\.\/([\w/.]+)\)((?:,? “[^”]+”)+)/g)).flatMap(
      ([, file, titles]) =>
        Array.from(titles!.matchAll(/“([^”]+)”/g), ([, title]) => ({ file: file!, title: title! })),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ file, title }) => !read(file).replaceAll(/\s+/g, ' ').includes(title))).toEqual(
      [],
    );
  });

  it('tell readers to run what package.json has', () => {
    const told = DOCUMENTS.flatMap((path) => scriptsIn(read(path)));
    expect(told.length).toBeGreaterThan(20);
    expect([...new Set(told)].filter((script) => !SCRIPTS.includes(script))).toEqual([]);
    expect(DOCUMENTS.flatMap((path) => partsIn(read(path))).filter((part) => !PARTS.includes(part))).toEqual(
      [],
    );
  });

  it('name every part of `npm test` where they tell of them', () => {
    const table = read('CONTRIBUTING.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const named = new Set(table.flatMap((line) => line.split('|')[1]!.match(/[\w:]+/g) ?? []));
    expect(PARTS.filter((part) => !named.has(part))).toEqual([]);
  });

  it('begin with a README that is read in a few minutes', () => {
    expect(read('README.md').trim().split(/\s+/).length).toBeLessThanOrEqual(1000);
  });
});

/**
 * Files that need not exist: names that stand for any other, files that an export writes, and the readers of
 * docs/formats.md.
 */
const PLACEHOLDERS =
  /^(name|<)|\.test\.ts$|^dualgate_\w+\.py$|^(run|weights|safetensors|checkpoint|runs|sweep)\.py$/;

describe('the comments', () => {
  it('name files that are there', () => {
    const faults = SOURCES.flatMap((path) =>
      pathsIn(commentsOf(path))
        .filter((file) => !isThere(file, path))
        .map((file) => `${path}: ${file}`),
    );
    expect(faults).toEqual([]);
  });
});

describe('GitHub’s files', () => {
  const workflows = filesIn('.github/workflows', /\.yml$/);

  it('run commands and parts that are there', () => {
    expect(workflows.map((path) => basename(path))).toEqual(['checks.yml', 'nightly.yml', 'pages.yml']);
    const commands = workflows.flatMap((path) =>
      Array.from(read(path).matchAll(/- run: (.+)/g), (m) => m[1]!),
    );
    expect(commands).toContain('npm ci');
    expect(commands.flatMap(scriptsIn).filter((script) => !SCRIPTS.includes(script))).toEqual([]);
    const parts = commands.flatMap(partsIn);
    expect(parts.filter((part) => !PARTS.includes(part))).toEqual([]);
    // The shards together run every part. The build is no shard, because it runs before the parts that need
    // it.
    expect(PARTS.filter((part) => part !== 'build' && !parts.includes(part))).toEqual([]);
  });

  it('give every job its time', () => {
    for (const path of workflows) {
      const text = read(path);
      expect(text.match(/timeout-minutes:/g)?.length, path).toBe(text.match(/runs-on:/g)?.length);
    }
  });

  it('cite the version that package.json has', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(read('CITATION.cff')).toContain(`\nversion: ${version}\n`);
  });
});
