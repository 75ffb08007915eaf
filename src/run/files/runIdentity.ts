import { sha256 } from '../../platform/digest.ts';
import type { RunFile } from './runSchema.ts';

/**
 * What links know the run of a file by. A run of the page brings it along. For a file without it, which the
 * command line or an older page wrote, it is a digest of the seed and the losses: the same in every browser.
 * Null for a file without steps, which has no moments.
 */
export async function identityOfFile({ id, config, steps }: RunFile): Promise<string | null> {
  if (id !== undefined) return id;
  if (steps.length === 0) return null;
  const text = JSON.stringify([config.system, config.seed, steps.map(({ step, loss }) => [step, loss])]);
  const digest = await sha256(new TextEncoder().encode(text));
  return `file-${Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
