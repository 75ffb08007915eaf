import type { Network } from '../network/layers.ts';
import { initialBuffers, initialParameters } from '../network/parameters.ts';
import { branchNetwork, type FrozenNetwork } from '../network/slice.ts';
import { stream } from '../random.ts';

/** Of five channels, one is always open, one depends on the image, and three are never open. */
const CYCLE = 5;

/**
 * A gated network that replaces a trained one where only speed counts. It has first weights, and its gates
 * use their channels much as trained ones do at t_d = .3.
 */
export function standIn(network: Network): FrozenNetwork {
  const parameters = initialParameters(network, stream(1, 'init'));
  for (const { name, bottleneck, channels } of network.blocks) {
    const gate = `backbone.${name}.mask_c.atten_c`;
    // Hidden units stay positive, so that the signs of a channel's weights decide its gate.
    parameters.get(`${gate}.1.bias`)!.fill(1);
    const rows = parameters.get(`${gate}.3.weight`)!; // [C, hidden]
    for (let c = 0; c < channels; c++) {
      for (let h = 0; h < bottleneck; h++) {
        const at = c * bottleneck + h;
        if (c % CYCLE !== 1) rows[at] = (c % CYCLE === 0 ? 1 : -1) * Math.abs(rows[at]!);
        else if (bottleneck > 1) rows[at] = (h % 2 === 0 ? 1 : -1) * Math.abs(rows[at]!);
      }
    }
  }
  return branchNetwork(network, { parameters, buffers: initialBuffers(network) }, 'gated');
}
