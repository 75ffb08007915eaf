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

/** A file of golden vectors as it was read. */
export interface GoldenFile {
  readonly name: string;
  readonly text: string;
}

/** A row of the report: which file, on which engine. */
export interface GoldenRow extends CheckRow {
  readonly file: string;
  readonly engine: string;
}

/** What a file holds: a section, of which e has three kinds of file; meta only tells how the vectors were made. */
type Kind = 'a' | 'b' | 'c' | 'd' | 'weights' | 'step' | 'variants' | 'f' | 'g' | 'h' | 'j' | 'k' | 'meta';

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
 * Every check of the files on one engine, in the order of their names. Never throws: what cannot be
 * read or checked becomes a row that failed.
 * @param engine what the rows call it
 * @param onRow told of each row as it comes
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

/** The content of the one file of a kind, or of several the one with the usual name. */
function only(known: readonly Vectors[], kind: Kind, usualName: string): unknown {
  const found = known.filter((vectors) => vectors.kind === kind);
  const chosen = found.length === 1 ? found[0] : found.find((vectors) => vectors.file === usualName);
  if (chosen === undefined) {
    throw new Error(`needs ${usualName} in the same directory, which is missing or cannot be read`);
  }
  return chosen.content;
}

/** By the section that a file names, else by its name. Throws on an unknown one. */
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
