import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';

// A software adapter spends most of its time on compiling. The tests therefore count it, and say at their end
// how much they compiled.

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of a file that takes what each test file has compiled, a line of JSON each. */
    pipelineLog: string;
  }
}

const Compiled = z.object({ pipelines: z.number(), seconds: z.number() });
type Compiled = z.infer<typeof Compiled>;
const Line = Compiled.extend({ suite: z.string() });

/**
 * Counts the compute pipelines of all devices from now on.
 * @returns gives how many there were, and the time in which at least one was being compiled
 */
export function countPipelines(): () => Compiled {
  let [pipelines, pending, started, ms] = [0, 0, 0, 0];
  const begin = () => {
    pipelines++;
    if (pending++ === 0) started = performance.now();
  };
  const end = () => {
    if (--pending === 0) ms += performance.now() - started;
  };
  const { prototype } = GPUDevice;
  const { createComputePipeline, createComputePipelineAsync } = prototype;
  prototype.createComputePipeline = function (descriptor) {
    begin();
    try {
      return createComputePipeline.call(this, descriptor);
    } finally {
      end();
    }
  };
  prototype.createComputePipelineAsync = function (descriptor) {
    begin();
    return createComputePipelineAsync.call(this, descriptor).finally(end);
  };
  return () => ({ pipelines, seconds: ms / 1000 });
}

/**
 * Collects the counts of a project's test files, and says at the end how many pipelines they compiled. With
 * DUALGATE_PIPELINES set it says so of each file.
 */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'dualgate-pipelines-'));
  const log = join(folder, 'log');
  writeFileSync(log, '');
  project.provide('pipelineLog', log);
  return () => {
    const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
    const suites = lines.map((line) => Line.parse(JSON.parse(line)));
    rmSync(folder, { recursive: true });
    if (process.env.DUALGATE_PIPELINES) {
      for (const each of suites.toSorted((a, b) => b.seconds - a.seconds)) say(each.suite, each);
    }
    const total = (of: keyof Compiled) => suites.reduce((sum, suite) => sum + suite[of], 0);
    say(project.name, { pipelines: total('pipelines'), seconds: total('seconds') });
  };
}

function say(name: string, { pipelines, seconds }: Compiled): void {
  console.log(`${name}: ${pipelines} pipelines compiled in ${seconds.toFixed(1)} s`);
}
