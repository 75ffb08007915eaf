import { silence } from './control.js';
import type { FromThread, Patience, ToThread } from './messages.ts';
import type { PoolPlaces, ThreadPort } from './places.ts';

/** A pool's end of one thread: each message to it has one answer. */
export class Thread {
  readonly #port: ThreadPort;
  readonly #patience: Patience;
  #waiting: { readonly resolve: () => void; readonly reject: (fault: Error) => void } | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param broke hears of faults that come while no answer is waited for */
  constructor(places: PoolPlaces, patience: Patience, broke: (fault: string) => void) {
    this.#patience = patience;
    this.#port = places.thread({
      hear: (answer) => this.#hear(answer),
      broke: (detail) => {
        const fault = `a thread of it failed: ${detail}`;
        if (this.#waiting !== null) this.#settle(fault);
        else broke(fault);
      },
    });
  }

  /**
   * Resolves when the thread has done what the message asks.
   * @throws Error with what went wrong
   */
  ask(message: ToThread): Promise<void> {
    const { napMs, mostNaps } = this.#patience;
    let naps = 0;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#timer = setInterval(() => {
        if (++naps >= mostNaps) this.#settle(silence(this.#patience));
      }, napMs);
      this.#port.send(message);
    });
  }

  end(): void {
    this.#port.end();
    this.#settle('it was disposed of');
  }

  #hear(answer: FromThread): void {
    this.#settle(answer.kind === 'failed' ? `a thread of it failed: ${answer.message}` : null);
  }

  #settle(fault: string | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    clearInterval(this.#timer);
    if (fault === null) waiting?.resolve();
    else waiting?.reject(new Error(fault));
  }
}
