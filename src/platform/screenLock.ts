/**
 * Keeps the screen on while it is wanted. Silent where the browser cannot do so, or does not want to: on
 * plain http, or on a battery that is nearly empty.
 */
export class ScreenLock {
  #wanted = false;
  #held: Pick<WakeLockSentinel, 'release'> | null = null;
  #asking = false;

  /** Whether this browser can keep the screen on. */
  static get isPossible(): boolean {
    return ScreenLock.#place !== undefined;
  }

  static get #place(): WakeLock | undefined {
    const { wakeLock }: { readonly wakeLock?: WakeLock } = globalThis.navigator ?? {};
    return wakeLock;
  }

  /** A browser takes the lock back when the page is hidden. It must then be wanted anew. */
  want(wanted: boolean): void {
    this.#wanted = wanted;
    if (wanted) void this.#ask();
    else this.#release();
  }

  async #ask(): Promise<void> {
    if (this.#asking || this.#held) return;
    this.#asking = true;
    try {
      this.#held = (await ScreenLock.#place?.request('screen')) ?? null;
    } catch {
      // The screen may go dark, and training goes on.
    }
    this.#asking = false;
    // Meanwhile the run may have ended.
    if (!this.#wanted) this.#release();
  }

  #release(): void {
    void this.#held?.release().catch(() => {});
    this.#held = null;
  }
}
