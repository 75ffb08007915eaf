// The parts of `npm test`, and which of them were asked for.

/** What a runner writes about its tests. */
export type Runner = 'vitest' | 'playwright';

export interface Part {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** The time limit. A part that takes longer is ended and has failed. */
  readonly minutes: number;
  /**
   * The runner whose report counts the tests; null: the part is one test, and its exit code is the result.
   */
  readonly runner: Runner | null;
  /** Whether the part serves or reads the built site: the build then runs before it. */
  readonly built: boolean;
}

/**
 * The parts in the order of their rounds. Parts of one round run beside each other, because each of them
 * keeps one core busy. All others run alone: they take both cores, time something, or need the GPU.
 */
export const ROUNDS: readonly (readonly Part[])[] = [
  [script('typecheck', 3), script('lint', 3), script('build', 4)],
  [vitest('unit', false, ['unit', 'unit-stateless'])],
  [vitest('process')],
  [vitest('kernels')],
  [vitest('gpu', true)],
  [playwright('browser', 6), playwright('hub', 6)],
  // Each worker uses one thread, so two fit beside each other. They would disturb the parts that time the
  // page, which therefore come later.
  [playwright('journeys', 20, 2)],
  [playwright('alone', 6)],
];

function script(name: 'typecheck' | 'lint' | 'build', minutes: number): Part {
  return { name, command: ['npm', 'run', '-s', name], minutes, runner: null, built: false };
}

/** A part of the projects of vite.config.ts that are named: one of its own name, where none is. */
function vitest(name: string, built = false, projects: readonly string[] = [name]): Part {
  const command = ['npx', 'vitest', 'run', ...projects.map((project) => `--project=${project}`)] as const;
  return { name, command, minutes: 15, runner: 'vitest', built };
}

/** A project of playwright.config.ts. */
function playwright(name: string, minutes: number, workers = 1): Part {
  // Playwright empties the folder of its output when it starts, so each part has its own.
  const output = `--output=test-results/${name}`;
  const command = ['npx', 'playwright', 'test', '-c', 'e2e', '--project', name, output] as const;
  return {
    name,
    command: workers === 1 ? command : [...command, `--workers=${workers}`],
    minutes,
    runner: 'playwright',
    built: true,
  };
}

/** The command of a part, told to write its report to `path` as well as to the screen. */
export function reporting({ command: [program, ...args], runner }: Part, path: string): Part['command'] {
  switch (runner) {
    case null:
      return [program, ...args];
    case 'vitest':
      return [program, ...args, '--reporter=default', '--reporter=json', `--outputFile=${path}`];
    case 'playwright':
      // The environment gives Playwright the path of the report.
      return [program, ...args, '--reporter=list,json'];
    default:
      return runner satisfies never;
  }
}

/**
 * The rounds with the parts that were asked for, and the build where one of them needs it.
 * @param names of parts; none: all of them
 * @throws Error for a name that no part has
 */
export function chosenRounds(names: readonly string[]): readonly (readonly Part[])[] {
  if (names.length === 0) return ROUNDS;
  const known = ROUNDS.flat();
  const unknown = names.filter((name) => !known.some((part) => part.name === name));
  if (unknown.length > 0) {
    const list = known.map(({ name }) => name).join(', ');
    throw new Error(
      `npm test: expected names of parts, got ${unknown.map((name) => `“${name}”`).join(', ')}. The parts are ${list}; without a name all of them run.`,
    );
  }
  const built = known.some((part) => part.built && names.includes(part.name));
  const wanted = ({ name }: Part) => names.includes(name) || (built && name === 'build');
  return ROUNDS.map((round) => round.filter(wanted)).filter((round) => round.length > 0);
}
