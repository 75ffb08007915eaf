import type { EngineSetup } from '../../engine.ts';
import { Memory } from '../../plan/memory.ts';
import { CpuEngine } from '../../wasm/engine.ts';
import { differentiatePlanned, plannedTrained } from '../plannedSteps.ts';
import type { Trained, UnderTest } from '../underTest.ts';
import { batchNorm } from './batchNorm.ts';
import { gateHead, sampleGate } from './gate.ts';
import type { KernelMachine } from './kernelMemory.ts';
import { cost, vicregOf } from './losses.ts';
import { convolve, linearLayer, pool } from './operations.ts';
import { descendOn } from './optimizer.ts';
import type { ReferenceSteps, Taken } from './referenceSteps.ts';
import { viewBytes, viewFloats } from './views.ts';

/**
 * The engine on the processor and its kernels.
 * @param reference where given, every step but the first starts from the state that the reference engine
 * reached
 */
export function wasmUnderTest(machine: KernelMachine, reference: ReferenceSteps | null = null): UnderTest {
  return {
    open: (setup, batch) => openWasm(machine, setup, batch, reference),
    differentiate: (setup, data, settings) =>
      differentiatePlanned(openWasm(machine, setup, data.batch), data, settings),
    vicreg: (...of) => vicregOf(machine, ...of),
    cost: (...of) => cost(machine, ...of),
    sampleGate: (...of) => sampleGate(machine, ...of),
    gateHead: (head) => gateHead(machine, head),
    descend: (...of) => descendOn(machine, ...of),
    convolve: (task) => convolve(machine, task),
    batchNorm: (task) => batchNorm(machine, task),
    linear: (task) => linearLayer(machine, task),
    maxPool: (...of) => pool(machine, ...of),
    viewBytes: (...of) => viewBytes(machine, ...of),
    viewFloats: (...of) => viewFloats(machine, ...of),
  };
}

/** The engine in training. It keeps every buffer of a step. */
async function openWasm(
  { places, ...machine }: KernelMachine,
  setup: EngineSetup,
  batch: number,
  reference: ReferenceSteps | null = null,
): Promise<Trained> {
  const options = { machine, places, batch, inputs: 'given' } as const;
  const engine = await CpuEngine.open(setup, options, new Memory({ keeps: true }));
  const trained = plannedTrained(engine, setup);
  if (reference === null) return trained;
  const taken: Taken[] = [];
  return {
    ...trained,
    async stepOn(data, settings) {
      if (taken.length > 0) await engine.load(await reference.after(taken, setup));
      taken.push({ data, settings });
      return trained.stepOn(data, settings);
    },
  };
}
