// @ts-check
// The worker of one thread in Node.

import { parentPort } from 'node:worker_threads';
import { threadOf } from './thread.js';

const port = parentPort;
if (port === null) throw new Error('this module must run as a thread of a pool of kernels');
const receive = threadOf((answer) => port.postMessage(answer));
port.on('message', (message) => void receive(message));
