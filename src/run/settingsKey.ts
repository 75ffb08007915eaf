import type { RunConfig } from '../config.ts';

type Matters = (config: RunConfig) => boolean;

const always: Matters = () => true;
/** For settings that only decide when and how a run is observed. */
const never: Matters = () => false;
const lars: Matters = ({ optimizer }) => optimizer === 'lars';
const gated: Matters = ({ system }) => system === 'dual-gating' || system === 'vicreg-gating';
const slimmable: Matters = ({ system }) => system === 'slimmable';
const slimDual: Matters = (config) => slimmable(config) && config.slimForm === 'dual';
const slimClr: Matters = (config) => slimmable(config) && config.slimForm === 'slimclr';

/** Whether a setting changes what a run of this configuration learns. */
const MATTERS: Readonly<Record<keyof RunConfig, Matters>> = {
  system: always,
  seed: always,
  budget: gated,
  width: always,
  stem: always,
  stemPadding: always,
  separateBn: ({ system }) => system === 'dual-gating',
  projector: always,
  batch: always,
  steps: always,
  optimizer: always,
  learningRate: always,
  warmup: always,
  weightDecay: always,
  larsTrust: lars,
  budgetWeight: gated,
  boundWeight: gated,
  boundDecay: gated,
  invarianceWeight: always,
  varianceWeight: always,
  covarianceWeight: always,
  temperature: gated,
  minCrop: always,
  jitter: always,
  grayscale: always,
  evaluateEvery: never,
  evaluationShare: never,
  mapPoints: never,
  gatedLoss: ({ system }) => system === 'vicreg-gating',
  exactBudget: gated,
  minBottleneck: gated,
  slimForm: slimmable,
  slimWidth: slimDual,
  slimObjective: slimmable,
  slowStart: slimClr,
  distillation: slimClr,
  reweighting: slimClr,
  contrastTemperature: (config) => slimmable(config) && config.slimObjective === 'contrastive',
  gradientsEvery: never,
};

const KEYS = (Object.keys(MATTERS) as (keyof RunConfig)[]).toSorted();

/**
 * Whether a setting changes what a run of this configuration learns. Dense VICReg, for example, has no
 * budget.
 */
export function matters(config: RunConfig, key: keyof RunConfig): boolean {
  return MATTERS[key](config);
}

/**
 * Whether this setting does not depend on the system. Runs are comparable only if these settings are equal,
 * except for the seed.
 */
export function isShared(key: keyof RunConfig): boolean {
  return (MATTERS[key] === always || MATTERS[key] === lars) && key !== 'system';
}

/** Equal for runs that learn the same. Their budgets may differ if the system has no budget. */
export function runKey(config: RunConfig): string {
  return written(config, (key) => matters(config, key));
}

/** Equal for runs that differ only in their seed. */
export function variantKey(config: RunConfig): string {
  return written(config, (key) => key !== 'seed' && matters(config, key));
}

/** Equal for comparable runs: they may differ in system, seed, and the system's own settings. */
export function setupKey(config: RunConfig): string {
  return written(config, (key) => key !== 'seed' && isShared(key) && matters(config, key));
}

function written(config: RunConfig, keeps: (key: keyof RunConfig) => boolean): string {
  return JSON.stringify(KEYS.filter(keeps).map((key) => [key, config[key]]));
}
