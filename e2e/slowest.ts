import { basename } from 'node:path';
import { z } from 'zod';

/** How long one test took. */
export interface TimedTest {
  /** Its file and its title. */
  readonly name: string;
  readonly ms: number;
}

const VitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), duration: z.number().nullish() })),
    }),
  ),
});

/** The tests of Vitest's JSON report; those that did not run took no time. */
export function vitestTimes(report: unknown): TimedTest[] {
  return VitestReport.parse(report).testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, duration }) => ({
      name: `${basename(name)} › ${fullName.trim()}`,
      ms: duration ?? 0,
    })),
  );
}

const Spec = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(z.object({ results: z.array(z.object({ duration: z.number() })) })),
});

/** A file, or a `describe` in it. */
interface Suite {
  readonly specs: readonly z.infer<typeof Spec>[];
  readonly suites?: readonly Suite[] | undefined;
}

const Suite: z.ZodType<Suite> = z.object({
  specs: z.array(Spec),
  get suites() {
    return z.array(Suite).optional();
  },
});

const PlaywrightReport = z.object({ suites: z.array(Suite) });

/** The tests of Playwright's JSON report, all tries of each together. */
export function playwrightTimes(report: unknown): TimedTest[] {
  const specsOf = ({ specs, suites = [] }: Suite): z.infer<typeof Spec>[] => [
    ...specs,
    ...suites.flatMap(specsOf),
  ];
  return PlaywrightReport.parse(report)
    .suites.flatMap(specsOf)
    .map(({ title, file, tests }) => ({
      name: `${basename(file)} › ${title}`,
      ms: tests.flatMap(({ results }) => results).reduce((sum, { duration }) => sum + duration, 0),
    }));
}

/** The slowest tests, the slowest first. */
export function slowest(tests: readonly TimedTest[], count: number): TimedTest[] {
  return tests.toSorted((a, b) => b.ms - a.ms).slice(0, count);
}
