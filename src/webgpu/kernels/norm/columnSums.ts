import { quads } from '../../../plan/maps.ts';
import { type Dispatch, dispatch, groups, kernel, type Span } from '../kernel.ts';
import lanes from './columnLanes.wgsl?raw';
import source from './columnSums.wgsl?raw';

export interface ColumnSums {
  /** [rows, columns] */
  readonly x: Span;
  /** [columns], overwritten. */
  readonly y: Span;
  readonly rows: number;
  readonly columns: number;
  readonly of?: string;
}

/** Sum of each column: the gradient of a linear layer's bias. */
export function columnSums({ x, y, rows, columns, of = '' }: ColumnSums): Dispatch {
  return dispatch({
    kernel: kernel('columnSums', lanes + source),
    of,
    shape: { rows, quads: quads(columns) },
    buffers: [x, y],
    workgroups: columnGroups(columns),
  });
}

/** Workgroups of a kernel on columnLanes.wgsl. */
export function columnGroups(columns: number): [number, number, number] {
  return [groups(quads(columns), 8), 1, 1];
}
