import type { BenchmarkEvent, BenchmarkRequest } from './door/protocol.ts';
import { openerOn } from './openWebGpuEngine.ts';
import { runBenchmark } from './runBenchmark.ts';

// Each benchmark has a worker of its own, which also holds tfjs's backend and both GPU devices.

const tell = (event: BenchmarkEvent) => self.postMessage(event);

self.addEventListener('message', async ({ data }: MessageEvent<BenchmarkRequest>) => {
  const { width, batch, stock, power } = data;
  const order = { width, batch, steps: null, stockSteps: stock ? null : 0, profile: false };
  tell({ kind: 'progress', line: 'engine: compiling' });
  try {
    const report = await runBenchmark(order, openerOn(power), (line) => tell({ kind: 'progress', line }));
    tell({ kind: 'report', report });
  } catch (error) {
    tell({
      kind: 'failed',
      message: `The benchmark broke off: ${error instanceof Error ? error.message : String(error)}.`.replace(
        /\.\.$/,
        '.',
      ),
      advice: 'Try a smaller width or batch; if that fails too, reload the page.',
    });
  }
});
