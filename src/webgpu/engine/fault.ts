import { EngineFault } from '../../engine.ts';

/** Watches a device: what it computed after a fault may be wrong, and it says so only to those who listen. */
export class FaultWatch {
  #fault: string | null = null;
  /** Settled by the first fault; never otherwise. */
  readonly #failed: Promise<never>;
  #reject: (fault: EngineFault) => void = () => {};

  constructor(device: GPUDevice) {
    this.#failed = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // Somebody may not be waiting just now.
    this.#failed.catch(() => {});
    device.addEventListener('uncapturederror', ({ error }) => {
      const memory = error instanceof GPUOutOfMemoryError;
      this.report(`The GPU ${memory ? 'ran out of memory' : 'refused a command'}: ${error.message}`);
    });
    void device.lost.then(({ reason, message }) => {
      this.report(`The GPU device was lost (${reason}): ${message || 'no reason was given'}`);
    });
  }

  /** Notes the first thing that went wrong. */
  report(what: string): void {
    if (this.#fault !== null) return;
    this.#fault = what;
    this.#reject(new EngineFault(what));
  }

  /** @throws EngineFault once the device has failed */
  check(): void {
    if (this.#fault !== null) throw new EngineFault(this.#fault);
  }

  /**
   * What `work` gives, unless the device fails first.
   * @throws EngineFault when it does
   */
  async guard<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await Promise.race([work, this.#failed]);
      this.check();
      return result;
    } catch (error) {
      // A lost device lets mapAsync fail before it says that it is lost.
      if (error instanceof DOMException) this.report(`The GPU gave up: ${error.message}`);
      this.check();
      throw error;
    }
  }
}
