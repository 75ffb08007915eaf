const waiting: (() => void)[] = [];
let channel: MessageChannel | null = null;

/**
 * Resolves in a task of its own, so that commands which arrived meanwhile are heard. Never by a timer: timers are
 * throttled in hidden tabs, and training goes on there. In Node by setImmediate, since Node hands out up to a thousand
 * messages before it looks at signals, and Ctrl-C would be heard hundreds of steps late.
 */
export function nextTask(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve));
  if (channel === null) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
  }
  const { port2 } = channel;
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}
