import { quads } from '../../../plan/maps.ts';
import { groups } from '../kernel.ts';

/** Workgroups of a kernel on columnLanes.wgsl. */
export function columnGroups(columns: number): [number, number, number] {
  return [groups(quads(columns), 8), 1, 1];
}
