import { checkAugmentation } from './augmentation.ts';
import { checkDualStep } from './dualStep.ts';
import { checkGate } from './gate.ts';
import { checkKnn } from './knn.ts';
import { checkMacs } from './macs.ts';
import { checkOperations } from './operations.ts';
import { checkOptimizer } from './optimizer.ts';
import type { CheckRow } from './row.ts';
import { checkSparsity } from './sparsity.ts';
import { checkWeights } from './stepVectors.ts';
import { checkThreeSteps } from './threeSteps.ts';
import type { UnderTest } from './underTest.ts';
import { checkVariants } from './variants.ts';
import { checkVicreg } from './vicreg.ts';

/** The content of a file of golden vectors, not yet parsed by its schema. */
export interface GoldenFile {
  readonly name: string;
  readonly text: string;
}

/** A row of the report: which file, on which engine. */
export interface GoldenRow extends CheckRow {
  readonly file: string;
  readonly engine: string;
  /** Of the engine on the processor: whether a product and a sum are rounded once (fused) or twice. */
  readonly build?: 'fused' | 'plain';
  /** Of the same. One computes in a memory of its own, several share one. */
  readonly threads?: number;
}

/** The section in a file. Section e has three kinds of file, and meta only says how the vectors were made. */
type Kind = 'a' | 'b' | 'c' | 'd' | 'weights' | 'step' | 'variants' | 'f' | 'g' | 'h' | 'j' | 'k' | 'meta';

const STEPS: readonly Kind[] = ['weights', 'step', 'variants', 'f'];

interface Vectors {
  readonly file: string;
  readonly kind: Kind;
  readonly content: unknown;
}

const SECTIONS: Readonly<Record<Exclude<Kind, 'weights' | 'step' | 'variants' | 'f' | 'meta'>, Check>> = {
  a: checkVicreg,
  b: checkGate,
  c: checkSparsity,
  d: checkMacs,
  g: checkKnn,
  h: checkOptimizer,
  j: checkOperations,
  k: checkAugmentation,
};
type Check = (vectors: unknown, underTest: UnderTest) => Promise<CheckRow[]>;

/**
 * Makes every check of the files on one engine, in the order of their names. It never throws: a file that
 * cannot be read or checked becomes a failed row.
 * @param engine its name in the rows
 * @param onRow receives each row as soon as it is known
 */
export async function checkFiles(
  files: readonly GoldenFile[],
  engine: string,
  underTest: UnderTest,
  onRow: (row: GoldenRow) => void = () => {},
): Promise<GoldenRow[]> {
  const rows: GoldenRow[] = [];
  const add = (file: string, found: readonly CheckRow[]) => {
    for (const row of found) {
      rows.push({ file, engine, ...row });
      onRow(rows.at(-1)!);
    }
  };
  const known: Vectors[] = [];
  for (const { name, text } of files.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))) {
    try {
      const content: unknown = JSON.parse(text);
      known.push({ file: name, kind: kindOf(name, content), content });
    } catch (error) {
      add(name, [refusal(`${name}: can be read`, error)]);
    }
  }
  for (const vectors of known) {
    if (vectors.kind === 'meta') continue;
    try {
      const found = await checkOf(vectors, known, underTest);
      if (found.length === 0) throw new Error('the file has nothing to check');
      add(vectors.file, found);
    } catch (error) {
      add(vectors.file, [refusal(`${vectors.file}: can be checked`, error)]);
    }
  }
  return rows;
}

/** The files of whole steps, and the weights that these need. */
export function stepFiles(files: readonly GoldenFile[]): GoldenFile[] {
  return files.filter(({ name, text }) => {
    try {
      return STEPS.includes(kindOf(name, JSON.parse(text)));
    } catch {
      // Checks of all files say what is wrong with this one.
      return false;
    }
  });
}

function checkOf(
  { kind, content }: Vectors,
  known: readonly Vectors[],
  underTest: UnderTest,
): Promise<CheckRow[]> {
  switch (kind) {
    case 'weights':
      return checkWeights(content);
    case 'step':
      return checkDualStep(content, only(known, 'weights', 'e_weights.json'), underTest);
    case 'variants':
      return checkVariants(
        content,
        only(known, 'weights', 'e_weights.json'),
        only(known, 'step', 'e_dual_step.json'),
        underTest,
      );
    case 'f':
      return checkThreeSteps(content, only(known, 'weights', 'e_weights.json'), underTest);
    case 'meta':
      return Promise.resolve([]);
    default:
      return SECTIONS[kind](content, underTest);
  }
}

/** The content of the only file of a kind. If there are several, it is the file with the usual name. */
function only(known: readonly Vectors[], kind: Kind, usualName: string): unknown {
  const found = known.filter((vectors) => vectors.kind === kind);
  const chosen = found.length === 1 ? found[0] : found.find((vectors) => vectors.file === usualName);
  if (chosen === undefined) {
    throw new Error(`needs ${usualName} in the same directory, which is missing or cannot be read`);
  }
  return chosen.content;
}

/**
 * The kind of a file, by the section that it names, or else by the file's name. Throws on an unknown kind.
 */
function kindOf(name: string, content: unknown): Kind {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error('golden vectors must be a JSON object');
  }
  const named = 'section' in content ? content.section : /^([a-z])_/.exec(name)?.[1];
  switch (named) {
    case 'a':
    case 'b':
    case 'c':
    case 'd':
    case 'f':
    case 'g':
    case 'h':
    case 'j':
    case 'k':
      return named;
    case 'e':
      if ('params' in content) return 'weights';
      return 'variants' in content ? 'variants' : 'step';
    default:
      if (named === undefined && 'arithmetic' in content) return 'meta';
      throw new Error(
        `unknown schema: the section must be one of a, b, c, d, e, f, g, h, j, k, got ${JSON.stringify(named) ?? 'none'}`,
      );
  }
}

function refusal(check: string, error: unknown): CheckRow {
  const detail = error instanceof Error ? error.message : String(error);
  return { check, worstError: Number.POSITIVE_INFINITY, tolerance: 0, passed: false, detail };
}
