/**
 * A stand-in for `Worker` that does nothing by itself. The test sends its answers and reads the messages that
 * it got. Each call returns a new class, which knows all its instances.
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
