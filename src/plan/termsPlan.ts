import type { EngineSetup } from '../engine.ts';
import { quads } from '../webgpu/kernels/kernel.ts';
import { mapSize, rowsShape } from '../webgpu/kernels/layout.ts';
import type { Distances } from '../webgpu/kernels/loss/stepTerms.ts';
import { type PairTerms, termGradients } from '../webgpu/kernels/loss/termGradients.ts';
import { PAIR_FLOATS, vicregDispatches, vicregScratch } from '../webgpu/kernels/loss/vicreg.ts';
import type { Span } from './memory.ts';
import { imagesOf, type StepContext, withScratch } from './stepContext.ts';
import { MOST_TERMS } from './stepScalars.ts';

/** The recorded terms of a step and the buffers that they fill. */
export interface TermsPlan {
  readonly pairs: readonly PairTerms[];
  /** VICReg's results in the form that stepTerms takes. */
  readonly vicreg: Span;
  readonly distances: Distances | null;
  /** Gradient of the weighted sum of all terms, [P·N, D]. The caller gives it back. */
  readonly dEmbedding: Span;
}

/**
 * The terms by pairs of passes: VICReg for each pair, and the distillation into it.
 * @throws Error for terms that this engine has no kernels for
 */
function pairsOf({ system }: Pick<EngineSetup, 'system'>): PairTerms[] {
  const { terms, passes, id } = system;
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
  if (passes.length % 2 || pairs.some(({ own }) => own < 0) || known !== terms.length || known > MOST_TERMS) {
    const kinds = [...new Set(terms.map(({ kind }) => kind))].join(', ');
    throw new Error(
      `the compiled engine must have VICReg for each pair of passes, and distil embeddings only, got ${kinds} (${id}): choose the WASM engine`,
    );
  }
  return pairs;
}

/** Records the terms of embeddings [P·N, D] and their gradients. */
export function planTerms(
  setup: Pick<EngineSetup, 'system' | 'objective'>,
  context: StepContext,
  embedding: Span,
  step: Span,
): TermsPlan {
  const { memory, record, rows, network } = context;
  const { images: n } = rows;
  const { output: d } = network.spec.projector;
  const pairs = pairsOf(setup);
  const vicreg = memory.allocate('VICReg terms', PAIR_FLOATS * pairs.length);
  const dEmbedding = memory.take('embedding gradient', mapSize(rowsShape(imagesOf(context), d)));
  withScratch(context, vicregScratch(n, d, pairs.length), (scratch) => {
    record(
      ...vicregDispatches({
        z: embedding,
        dz: dEmbedding,
        terms: vicreg,
        scratch,
        n,
        d,
        pairs: pairs.length,
        weights: setup.objective,
      }),
    );
  });
  // The mean squared distance of each view has half the weight of the invariance (method/terms.ts).
  const value = setup.objective.invarianceWeight / (2 * n * d);
  const distances = pairs.some(({ distillation }) => distillation !== null)
    ? { span: memory.allocate('distances', 4 * quads(d) * pairs.length), quads: quads(d), slope: value }
    : null;
  record(
    termGradients({
      pairs,
      z: embedding,
      dz: dEmbedding,
      distances: distances?.span ?? null,
      slope: 2 * value,
      step,
      n,
      d,
    }),
  );
  return { pairs, vicreg, distances, dEmbedding };
}
