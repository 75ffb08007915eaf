const waiting: (() => void)[] = [];
let channel: MessageChannel | null = null;

/**
 * Resolves in a new task, so that commands which have arrived meanwhile are handled first. It never uses a
 * timer in the browser, because timers are throttled in hidden tabs and training must continue there. In Node
 * it uses setImmediate: Node handles up to a thousand messages before it looks at signals, so Ctrl-C would
 * take effect hundreds of steps late.
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
