import { mapSize, quads } from '../plan/maps.ts';
import type { Span } from '../plan/memory.ts';
import type { Operations } from '../plan/operations.ts';
import type { BudgetTask, GateGradientTask, GateSampleTask } from '../plan/tasks/gateTasks.ts';
import type { DescendTask, HaltRestoreTask, StepTermsTask, VicregTask } from '../plan/tasks/lossTasks.ts';
import type {
  LinearGradientTask,
  LinearTask,
  RowNormGradientTask,
  RowNormTask,
} from '../plan/tasks/rowTasks.ts';
import type { EvaluationInputTask, ViewsTask } from '../plan/tasks/viewTasks.ts';
import { viewTables } from '../plan/viewTables.ts';
import { CpuMapOperations } from './cpuMapOperations.ts';
import { budget, budgetTable, gateGradient, gateSample } from './gates.ts';
import { descend, descendTables } from './optimizer.ts';
import {
  columnSums,
  linear,
  linearGradient,
  linearInputGradient,
  rowMomentsBytes,
  rowNorm,
  rowNormGradient,
  transposedBytes,
} from './rows.ts';
import { pairTable, restore, stepTerms } from './terms.ts';
import { PAIR_BYTES, vicreg, vicregBytes } from './vicreg.ts';
import { evaluationCalls, viewBytes, viewCalls } from './views.ts';

/** The calls of kernels that fulfil a plan's operations, in their order. */
export class CpuOperations extends CpuMapOperations implements Operations {
  linear({ x, w, bias, y, rows, inputs, outputs, firstRow = 0 }: LinearTask): void {
    this.record(
      linear({
        x: this.rows(x, inputs, rows, firstRow),
        w: this.at(w),
        ...(bias ? { bias: this.at(bias) } : {}),
        y: this.rows(y, outputs, rows, firstRow),
      }),
    );
  }

  linearGradient(task: LinearGradientTask): void {
    const { rows, inputs, outputs, firstRow = 0, dBias } = task;
    const dy = this.rows(task.dy, outputs, rows, firstRow);
    const dx = this.rows(task.dx, inputs, rows, firstRow);
    this.record(
      linearGradient({ x: this.rows(task.x, inputs, rows, firstRow), dy, dw: this.at(task.dw) }),
      ...(dBias ? [columnSums(dy, this.at(dBias))] : []),
    );
    this.withScratch([transposedBytes(inputs, outputs)], (transposed) =>
      linearInputGradient({ dy, w: this.at(task.w), transposed: transposed!, dx }),
    );
  }

  rowNorm({ x, y, affine, running, moments, ...rows }: RowNormTask): void {
    const { channels } = rows;
    for (const [pass, first] of passesOf(rows)) {
      const seen = this.rows(x, channels, rows.rows, first);
      this.record(
        rowNorm({
          x: seen,
          y: this.rows(y, channels, rows.rows, first).at,
          affine: this.at(affine),
          running: this.at(running),
          moments: this.at(moments) + pass * rowMomentsBytes(channels),
          relu: true,
        }),
      );
    }
  }

  rowNormGradient({ dy, x, y, dx, affine, moments, gradient, ...rows }: RowNormGradientTask): void {
    const { channels } = rows;
    for (const [pass, first] of passesOf(rows)) {
      const of = (span: Span) => this.rows(span, channels, rows.rows, first);
      this.record(
        rowNormGradient({
          dy: of(dy).at,
          x: of(x),
          rectified: of(y).at,
          dx: of(dx).at,
          affine: this.at(affine),
          moments: this.at(moments) + pass * rowMomentsBytes(channels),
          gradient: this.at(gradient),
          add: pass > 0,
        }),
      );
    }
  }

  gateSample({ logits, gates, slopes, noise, ...task }: GateSampleTask): void {
    this.record(
      gateSample({
        ...task,
        logits: this.at(logits),
        gates: this.at(gates),
        slopes: this.at(slopes),
        noise: 'step' in noise ? { step: this.at(noise.step) } : { given: this.at(noise.given) },
      }),
    );
  }

  gateGradient({ dGate, gates, slopes, coefficients, dLogits, ...task }: GateGradientTask): void {
    this.record(
      gateGradient({
        ...task,
        dGates: this.at(dGate),
        gates: this.at(gates),
        slopes: this.at(slopes),
        coefficients: this.at(coefficients),
        dLogits: this.at(dLogits),
      }),
    );
  }

  budget({ blocks, weights, step, coefficients, terms, ...task }: BudgetTask): void {
    const counts = this.memory.allocate('open gates', task.gatedPasses * blocks.length);
    this.record(
      ...budget({
        ...task,
        ...weights,
        blocks: blocks.map((block) => ({ ...block, gates: this.at(block.gates) })),
        table: this.upload('budget', budgetTable({ ...task, blocks })),
        step: this.at(step),
        counts: this.at(counts),
        coefficients: this.at(coefficients),
        terms: this.at(terms),
      }),
    );
  }

  vicreg({ z, dz, terms, n, d, pairs, weights }: VicregTask): void {
    const sizes = vicregBytes(n, d);
    const pairBytes = 4 * mapSize({ images: 2 * n, height: 1, width: 1, channels: d, border: 0 });
    const { centred, products, filter, shares, squares } = sizes;
    this.withScratch([centred, products, filter, shares, squares], (...at) =>
      Array.from({ length: pairs }, (_, pair) =>
        vicreg({
          z: this.at(z) + pair * pairBytes,
          dz: this.at(dz) + pair * pairBytes,
          terms: this.at(terms) + pair * PAIR_BYTES,
          scratch: {
            centred: at[0]!,
            products: at[1]!,
            filter: at[2]!,
            shares: at[3]!,
            squares: at[4]!,
          },
          n,
          d,
          weights,
        }),
      ).flat(),
    );
  }

  stepTerms(task: StepTermsTask): void {
    const { pairs, n, d, z, dz, vicreg: own, cost, distillationValue } = task;
    this.withScratch([16 * quads(d) * pairs.length], (distances) =>
      stepTerms({
        pairs,
        z: this.rows(z, d, 2 * n * pairs.length, 0),
        dz: this.at(dz),
        own: this.at(own),
        distances: distances!,
        distillationValue,
        cost: cost && this.at(cost),
        table: this.upload('pairs', pairTable(pairs)),
        step: this.at(task.step),
        result: this.at(task.ring),
        total: this.at(task.total),
      }),
    );
  }

  descend({ parameters, gradients, momenta, tensors, optimizer, step, total, ring }: DescendTask): void {
    const tables = descendTables(tensors);
    const [chunks, rows] = [tables.chunks.length / 4, tables.tensors.length / 4];
    const table = (name: string, words: Uint32Array<ArrayBuffer>) => ({
      at: this.upload(name, words),
      count: words.length / 4,
    });
    this.withScratch([16 * chunks, 8 * rows], (squares, scales) =>
      descend({
        parameters: this.at(parameters),
        gradients: this.at(gradients),
        momenta: this.at(momenta),
        chunks: table('chunks', tables.chunks),
        tensors: table('tensors', tables.tensors),
        squares: squares!,
        scales: scales!,
        step: this.at(step),
        total: this.at(total),
        result: this.at(ring),
        momentum: optimizer.momentum,
        lars: optimizer.lars,
      }),
    );
  }

  haltRestore({ total, before, running }: HaltRestoreTask): void {
    this.record(restore(this.at(running), this.at(before), running.size, this.at(total)));
  }

  views({ images, records, y, size, border, views, normalisation }: ViewsTask): void {
    const tables = this.upload('resampling', viewTables(size));
    this.withScratch([viewBytes(size, views)], (scratch) =>
      viewCalls({
        images: this.at(images),
        records: this.at(records),
        tables,
        scratch: scratch!,
        y: this.at(y),
        size,
        border,
        views,
        normalisation,
      }),
    );
  }

  evaluationInput({ images, y, size, border, count, normalisation }: EvaluationInputTask): void {
    const task = { images: this.at(images), y: this.at(y), size, border, from: 0, to: count };
    this.record(...evaluationCalls({ ...task, normalisation }));
  }
}

/** Each pass with the number of its first row. */
function passesOf({ rows, passes, firstPass }: Pick<RowNormTask, 'rows' | 'passes' | 'firstPass'>) {
  return Array.from({ length: passes }, (_, pass): [number, number] => [pass, (firstPass + pass) * rows]);
}
