import type { UnderTest } from '../underTest.ts';
import { differentiateTfjs, openTfjs } from './steps.ts';

/** The reference engine, on tfjs's current backend. */
export const TFJS: UnderTest = {
  open: openTfjs,
  differentiate: differentiateTfjs,
};
