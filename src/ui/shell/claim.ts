/** What the page is, in one sentence. */
export const CLAIM = 'One network, trained to be two at once: dense, and gated to cost what you allow';
