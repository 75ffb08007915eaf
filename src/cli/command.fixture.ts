import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { StopSignal, Terminal } from './command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The output of a command, and its exit code. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Sends a signal to the command, Ctrl-C if none is named. */
export type Interrupt = (signal?: StopSignal) => void;

/** A terminal that only keeps what is written to it. */
class KeptTerminal implements Terminal {
  output = '';
  errors = '';
  private readonly stops: ((signal: StopSignal) => void)[] = [];

  constructor(private readonly onOutput: (said: string, interrupt: Interrupt) => void) {}

  readonly stdout = {
    write: (text: string) => {
      this.output += text;
      this.onOutput(this.output, this.interrupt);
    },
  };

  readonly stderr = {
    write: (text: string) => {
      this.errors += text;
    },
  };

  onInterrupt(stop: (signal: StopSignal) => void): void {
    this.stops.push(stop);
  }

  private readonly interrupt: Interrupt = (signal = 'SIGINT') => {
    for (const stop of this.stops) stop(signal);
  };
}

/** Runs a command in this process. `onOutput` gets all output so far, and can press Ctrl-C. */
export async function runHere(
  main: (args: readonly string[], terminal: Terminal) => Promise<number>,
  args: readonly string[],
  onOutput: (said: string, interrupt: Interrupt) => void = () => {},
): Promise<Ended> {
  const terminal = new KeptTerminal(onOutput);
  const code = await main(args, terminal);
  return { code, output: terminal.output, errors: terminal.errors };
}

/**
 * Starts a command in a new process, as npm does, and waits for its end. It must load everything again, tfjs
 * too.
 */
export function runAlone(
  command: string,
  args: readonly string[],
  onOutput: (said: string, child: ChildProcess) => void = () => {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', `src/cli/${command}.ts`, ...args], {
      cwd: ROOT,
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput(output, child);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, errors }));
  });
}
