import { findAdapter } from '../../adapter.ts';

/** The kinds of adapter that a benchmark can find. */
export type AdapterKind =
  | 'hardware'
  /** The CPU renders, and everything takes a hundred times longer. */
  | 'software'
  /** The browser knows WebGPU, but offers no adapter. */
  | 'none'
  | 'unsupported';

/**
 * Asks the browser for its adapter, without opening a device. Never rejects.
 * @param power which GPU is wanted where there are two
 */
export async function adapterKind(power?: GPUPowerPreference): Promise<AdapterKind> {
  if (typeof navigator === 'undefined' || !('gpu' in navigator)) return 'unsupported';
  const adapter = await findAdapter(power).catch(() => null);
  if (adapter === null) return 'none';
  return adapter.info.isFallbackAdapter === true ? 'software' : 'hardware';
}
