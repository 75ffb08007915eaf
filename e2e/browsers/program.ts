import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of these programs that this machine has, by path or by name. @throws Error that says what to do */
export function findProgram(what: string, names: readonly string[], advice: string): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = names.flatMap((name) =>
    name.startsWith('/') ? [name] : folders.map((folder) => join(folder, name)),
  );
  const found = paths.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(`${what} was not found: looked for ${names.join(', ')}. ${advice}`);
  return found;
}

/** A program that runs until it is ended. */
export interface Running {
  readonly process: ChildProcess;
  /** Resolves with the first match in what the program prints. @throws Error when it ends before that */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  end(): Promise<void>;
}

/** Starts a program that is ended by `end`. */
export function startProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(path, [...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      for (const listener of listeners) listener();
    });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    process: child,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(said);
          if (match) resolve(match);
        };
        listeners.add(look);
        look();
        child.once('error', reject);
        void ended.then(() => reject(new Error(`${path} ended before it printed ${pattern}: ${said}`)));
      }),
    end: async () => {
      child.kill();
      await ended;
    },
  };
}
