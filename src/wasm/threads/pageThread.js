// @ts-check
// The worker of one thread in a page.

import { threadOf } from './thread.js';

const receive = threadOf((answer) => self.postMessage(answer));
self.addEventListener('message', ({ data }) => void receive(data));
