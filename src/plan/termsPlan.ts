import type { EngineSetup } from '../engine.ts';
import type { System } from '../network/systems.ts';
import { mapSize, rowsShape } from './maps.ts';
import type { Span } from './memory.ts';
import { imagesOf, type StepContext } from './stepContext.ts';
import { MOST_TERMS } from './stepScalars.ts';
import { PAIR_FLOATS, type PairTerms, type StepTermsTask } from './tasks/lossTasks.ts';

/** The terms by pairs of passes: VICReg for each pair, and the distillation into it. Null for other terms. */
function pairsOf({ terms, passes }: System): PairTerms[] | null {
  const place = ([first, second]: readonly [number, number]) =>
    first % 2 === 0 && second === first + 1 ? first / 2 : -1;
  const pairs = Array.from({ length: passes.length / 2 }, (_, pair): PairTerms => {
    const of = terms.flatMap((term, i) => (place(term.passes) === pair ? [{ ...term, i }] : []));
    const distilled = of.find(({ kind }) => kind === 'distil-embedding');
    const teacher = distilled?.teacher ? place(distilled.teacher) : -1;
    return {
      own: of.find(({ kind }) => kind === 'vicreg')?.i ?? -1,
      distillation: teacher < 0 || !distilled ? null : { term: distilled.i, teacher },
    };
  });
  const known = pairs.reduce((sum, { distillation }) => sum + (distillation ? 2 : 1), 0);
  const other = passes.length % 2 || pairs.some(({ own }) => own < 0) || known !== terms.length;
  return other || known > MOST_TERMS ? null : pairs;
}

/** Whether a plan can be made for a system. The reference engine computes the others. */
export function isPlanned(system: System): boolean {
  return pairsOf(system) !== null;
}

function pairsOrFault(system: System): PairTerms[] {
  const pairs = pairsOf(system);
  if (pairs !== null) return pairs;
  const kinds = [...new Set(system.terms.map(({ kind }) => kind))].join(', ');
  throw new Error(
    `the compiled engine must have VICReg for each pair of passes, and distil embeddings only, got ${kinds} (${system.id}): choose the WASM engine`,
  );
}

/**
 * Records the terms of embeddings [P·N, D] and their gradients, and the loss that they add up to.
 * @returns gradient of the weighted sum of all terms, [P·N, D]; the caller gives it back
 * @throws Error for terms without kernels
 */
export function planTerms(
  setup: Pick<EngineSetup, 'system' | 'objective'>,
  context: StepContext,
  embedding: Span,
  results: Pick<StepTermsTask, 'cost' | 'ring' | 'slots' | 'total' | 'step'>,
): Span {
  const { memory, operations, rows, network } = context;
  const { images: n } = rows;
  const { output: d } = network.spec.projector;
  const pairs = pairsOrFault(setup.system);
  const vicreg = memory.allocate('VICReg terms', PAIR_FLOATS * pairs.length);
  const dEmbedding = memory.take('embedding gradient', mapSize(rowsShape(imagesOf(context), d)));
  const shared = { z: embedding, dz: dEmbedding, n, d };
  operations.vicreg({ ...shared, terms: vicreg, pairs: pairs.length, weights: setup.objective });
  // The mean squared distance of each view has half the weight of the invariance (method/terms.ts).
  const distillationValue = setup.objective.invarianceWeight / (2 * n * d);
  operations.stepTerms({ ...shared, ...results, pairs, vicreg, distillationValue });
  return dEmbedding;
}
