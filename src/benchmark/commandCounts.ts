/** What a program asked of a device. */
export interface CommandCounts {
  readonly dispatches: number;
  readonly submits: number;
  readonly buffersCreated: number;
}

/**
 * Counts the commands that go through `device`, whoever records them, until `stop`. Only this one device is wrapped.
 * Passes that were begun before are not seen.
 */
export function countCommands(device: GPUDevice): { counts(): CommandCounts; stop(): void } {
  const counts = { dispatches: 0, submits: 0, buffersCreated: 0 };
  const undo = [
    wrap(device, 'createBuffer', () => {
      counts.buffersCreated++;
    }),
    wrap(device.queue, 'submit', () => {
      counts.submits++;
    }),
    wrap(device, 'createCommandEncoder', (encoder) => {
      wrap(encoder, 'beginComputePass', (pass) => {
        const dispatched = () => {
          counts.dispatches++;
        };
        wrap(pass, 'dispatchWorkgroups', dispatched);
        wrap(pass, 'dispatchWorkgroupsIndirect', dispatched);
      });
    }),
  ];
  return {
    counts: () => ({ ...counts }),
    stop: () => {
      for (const restore of undo) restore();
    },
  };
}

type Methods<T, K extends keyof T> = { [P in K]: (...args: never[]) => unknown };

/** Lets `after` see what each call of `target[name]` returned. Gives back how to undo it. */
function wrap<K extends string, T extends Methods<T, K & keyof T>>(
  target: T,
  name: K & keyof T,
  after: (result: ReturnType<T[K & keyof T]>) => void,
): () => void {
  const original: (...args: never[]) => unknown = target[name];
  const wrapped = (...args: never[]) => {
    const result = original.apply(target, args) as ReturnType<T[K & keyof T]>;
    after(result);
    return result;
  };
  Object.defineProperty(target, name, { value: wrapped, configurable: true });
  return () => {
    // The method is the prototype's: without this property it is found there again.
    Reflect.deleteProperty(target, name);
  };
}
