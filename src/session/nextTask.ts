const waiting: (() => void)[] = [];
let channel: MessageChannel | null = null;

/**
 * Resolves in a task of its own, so that commands which arrived meanwhile are heard. A message, not a timer: timers
 * are throttled in hidden tabs, and training goes on there.
 */
export function nextTask(): Promise<void> {
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

/** Lets a process end that has nothing else to wait for. */
export function closeTasks(): void {
  channel?.port1.close();
  channel = null;
}
