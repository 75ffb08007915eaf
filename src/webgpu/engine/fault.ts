import { EngineFault } from '../../engine.ts';

export type HearRefusal = (event: { readonly error: { readonly message: string } }) => void;

/** The part of a device that tells of faults. */
export interface Watched {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  addEventListener(kind: 'uncapturederror', hear: HearRefusal): void;
  removeEventListener(kind: 'uncapturederror', hear: HearRefusal): void;
}

/**
 * Watches a device for faults. Its results after a fault may be wrong, and it reports a fault only to
 * listeners.
 */
export class FaultWatch {
  #fault: string | null = null;
  /** Rejects at the first fault. Without a fault it never settles. */
  readonly #failed: Promise<never>;
  #reject: (fault: EngineFault) => void = () => {};
  readonly #hear: HearRefusal = ({ error }) => {
    const memory = error instanceof GPUOutOfMemoryError;
    this.report(`The GPU ${memory ? 'ran out of memory' : 'refused a command'}: ${error.message}`);
  };

  constructor(private readonly device: Watched) {
    this.#failed = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // Perhaps nobody waits at the moment. This keeps the rejection from counting as unhandled.
    this.#failed.catch(() => {});
    device.addEventListener('uncapturederror', this.#hear);
    void device.lost.then(({ reason, message }) => {
      this.report(`The GPU device was lost (${reason}): ${message || 'no reason was given'}`);
    });
  }

  /** Listens no more to what the device refuses: others may use it. */
  dispose(): void {
    this.device.removeEventListener('uncapturederror', this.#hear);
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
   * Returns the result of `work`, unless the device fails first.
   * @throws EngineFault when it does
   */
  async guard<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await Promise.race([work, this.#failed]);
      this.check();
      return result;
    } catch (error) {
      // When a device is lost, mapAsync fails before the device reports the loss.
      if (error instanceof DOMException) this.report(`The GPU gave up: ${error.message}`);
      this.check();
      throw error;
    }
  }
}
