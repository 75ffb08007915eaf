/** The commands that a program gave a device. */
export interface CommandCounts {
  readonly dispatches: number;
  readonly submits: number;
  readonly buffersCreated: number;
}

/**
 * Counts the commands that go through `device`, whoever records them, until `stop`. Only this one device is
 * wrapped, and passes that began before are not counted.
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

/** Calls `after` with the result of each call of `target[name]`. Returns a function that undoes this. */
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
    // The method is the prototype's, so without this property it is found there again.
    Reflect.deleteProperty(target, name);
  };
}
