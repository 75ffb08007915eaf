/** A software adapter needs up to a second to compile each kernel, and there are some hundred kernels. */
const TIMEOUT_MS = 45 * 60_000;

/**
 * Limits the time of work on a GPU, because one that hangs never answers.
 * @throws Error after 45 minutes without an answer
 */
export function within<T>(work: Promise<T>, ms = TIMEOUT_MS): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`WebGPU gave no answer in ${ms / 60_000} minutes`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
