import { stderr, stdout } from 'node:process';
import { UsageError } from './usageError.ts';

/** Writes text as it is. The writer adds the line breaks. */
export interface Output {
  write(text: string): unknown;
}

/** The terminal of a command: where it writes, and what interrupts it. A test gives its own. */
export interface Terminal {
  /** For the result of the command. */
  readonly stdout: Output;
  /** For progress and errors. `isTTY`: whether a line can be rewritten. */
  readonly stderr: Output & { readonly isTTY?: boolean };
  /** From now on, each signal that asks for the end calls `stop`. Before, it ends the process. */
  onInterrupt(stop: (signal: StopSignal) => void): void;
}

/** The signals that ask for the end, with the exit code of a command that ended for one. */
export const STOP_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Ctrl-C, a scheduler whose time is over, a terminal that was closed. */
export type StopSignal = keyof typeof STOP_CODES;

const STOP_SIGNALS = Object.keys(STOP_CODES) as StopSignal[];

/** The terminal that this process was started from. */
export const TERMINAL: Terminal = {
  stdout,
  stderr,
  onInterrupt(stop) {
    for (const signal of STOP_SIGNALS) process.on(signal, () => stop(signal));
    // A closed terminal cannot be written to. That must not end the process before its work is on the disk.
    for (const stream of [stdout, stderr]) stream.on('error', () => {});
  },
};

/**
 * Works under way that must not be disturbed. They overlap, and the last one to end lets the signal go on.
 */
let undisturbedWorks = 0;
/** The first signal that came during them. */
let held: StopSignal | null = null;

function hold(signal: StopSignal): void {
  held ??= signal;
}

/**
 * Lets signals that ask for the end wait until short work is done, such as the writing of a file. Then they
 * end the process, unless the command has a handler of its own.
 */
export async function undisturbed<T>(work: () => Promise<T>): Promise<T> {
  if (undisturbedWorks++ === 0) for (const signal of STOP_SIGNALS) process.on(signal, hold);
  try {
    return await work();
  } finally {
    if (--undisturbedWorks === 0) {
      for (const signal of STOP_SIGNALS) process.off(signal, hold);
      const signal = held;
      held = null;
      if (signal !== null && process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    }
  }
}

/**
 * The exit code of a command: the code that its work returns; 2 for wrong arguments, with the usage; 1 for
 * any other error. It reports errors and throws none.
 */
export async function exitCodeOf(
  work: () => Promise<number>,
  usage: string,
  { stderr }: Terminal,
): Promise<number> {
  try {
    return await work();
  } catch (fault) {
    const message = fault instanceof Error ? fault.message : String(fault);
    const misused = fault instanceof UsageError;
    stderr.write(misused ? `${message}\n${usage}\n` : `${message}\n`);
    return misused ? 2 : 1;
  }
}
