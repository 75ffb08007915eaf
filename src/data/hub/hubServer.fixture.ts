import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HubStandIn, hubStandIn } from './hub.fixture.ts';
import type { Wire } from './rangeRequest.ts';

/** A server on this machine that answers as the Hub and its storage host do. */
export interface HubServer {
  readonly hub: HubStandIn;
  /** A network that leads to it, waits for nothing and is never off. */
  readonly wire: Wire;
  close(): void;
}

export async function hubServer(): Promise<HubServer> {
  const server = createServer((request, response) => hub.handle(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  // The two names of this machine are two origins.
  const hub = hubStandIn(`http://127.0.0.1:${port}`);
  return {
    hub,
    wire: {
      fetch: (url, init) =>
        fetch(url.replace('https://huggingface.co', `http://localhost:${port}`), init as RequestInit),
      online: () => true,
      silenceMs: 60_000,
      wait: async () => {},
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
