import { isInsecure, OPEN_SECURELY } from './platform/secureContext.ts';

/** A browser that has just started, or whose GPU process was restarted, says at first that it has none. */
const AGAIN_MS = 100;

/**
 * The browser's WebGPU adapter; null if there is none. That navigator.gpu exists is no proof of one. A
 * browser that offers none is asked a second time, 100 ms later.
 * @param power which GPU is wanted where a computer has two; a browser may give the other one
 */
export async function findAdapter(
  power: GPUPowerPreference = 'high-performance',
): Promise<GPUAdapter | null> {
  if (typeof navigator === 'undefined' || !('gpu' in navigator)) return null;
  const options: GPURequestAdapterOptions = { powerPreference: power };
  const first = await navigator.gpu.requestAdapter(options);
  if (first !== null) return first;
  await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  return navigator.gpu.requestAdapter(options);
}

/** Why there is no adapter: these words, unless the page's address is the reason and another one the cure. */
export function noAdapter(words: string): string {
  return isInsecure() ? `There is no WebGPU: ${OPEN_SECURELY}` : words;
}
