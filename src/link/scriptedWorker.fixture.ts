/**
 * A stand-in for `Worker` that does nothing by itself: the test says what it answers, and reads what it was told.
 * Each call gives a class of its own, which knows all that were made of it.
 */
export function scriptedWorker<Said>() {
  return class ScriptedWorker extends EventTarget {
    static all: ScriptedWorker[] = [];
    static named(name: string): ScriptedWorker[] {
      return ScriptedWorker.all.filter((worker) => worker.name === name);
    }

    readonly told: unknown[] = [];
    readonly name: string | undefined;
    alive = true;

    constructor(_url: URL, options?: { readonly name?: string }) {
      super();
      this.name = options?.name;
      ScriptedWorker.all.push(this);
    }

    postMessage(message: unknown): void {
      this.told.push(structuredClone(message));
    }

    terminate(): void {
      this.alive = false;
    }

    say(...events: readonly Said[]): void {
      for (const data of events) this.dispatchEvent(new MessageEvent('message', { data }));
    }

    crash(message: string): void {
      this.dispatchEvent(Object.assign(new Event('error'), { message }));
    }
  };
}
