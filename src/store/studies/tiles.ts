/** Deletes the tile shapes that were measured on this browser's GPUs. The next start measures them again. */
export { forgetTunings as forgetTiles } from '../../session/door/tuningStore.ts';
