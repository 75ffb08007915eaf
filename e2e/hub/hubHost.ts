import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type HubStandIn, hubStandIn } from '../../src/data/hub/hub.fixture.ts';

// The certificate is for these tests alone (openssl req -x509 … -days 36500); the browser is told not to
// check it.
const fixture = (name: string) => readFileSync(new URL(name, import.meta.url));

export interface HubHost {
  readonly hub: HubStandIn;
  close(): Promise<void>;
}

/** Answers as huggingface.co and as its storage host, by the name that was asked for. */
export async function startHubHost(): Promise<HubHost> {
  const hub = hubStandIn('https://cas-bridge.xethub.hf.co');
  const server = createServer(
    { key: fixture('key.pem'), cert: fixture('certificate.pem') },
    (request, response) => hub.handle(request, response),
  );
  await new Promise<void>((done) => server.listen(Number(process.env.DUALGATE_HUB_PORT), '127.0.0.1', done));
  return {
    hub,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
