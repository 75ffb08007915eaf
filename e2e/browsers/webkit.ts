import { freePort } from '../freePort.ts';
import { type Browser, type Json, sourceOf } from './browser.ts';
import { findProgram, startProgram } from './program.ts';

const ADVICE = 'On Debian: apt-get install webkit2gtk-driver xvfb.';
const MACHINE = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
/** WebKitGTK’s own small browser, which its driver starts. */
const MINI_BROWSERS = ['4.1', '4.0', '6.0'].map((api) =>
  [api === '6.0' ? 'webkitgtk' : 'webkit2gtk', api].join('-'),
);

/** WebKitGTK by its WebDriver (https://www.w3.org/TR/webdriver2/), on a display of its own. */
export async function openWebKit(): Promise<Browser> {
  const driver = findProgram('WebKitWebDriver', ['WebKitWebDriver'], ADVICE);
  const binary = findProgram(
    'WebKitGTK’s MiniBrowser',
    MINI_BROWSERS.map((folder) => `/usr/lib/${MACHINE}/${folder}/MiniBrowser`),
    ADVICE,
  );
  const xvfb = findProgram('Xvfb', ['Xvfb'], ADVICE);
  const screen = startProgram(xvfb, ['-displayfd', '1', '-screen', '0', '1440x900x24']);
  const [display] = await screen.printed(/^\d+/);
  const port = await freePort();
  const program = startProgram(driver, [`--port=${port}`], { DISPLAY: `:${display}` });

  async function send<R>(method: 'GET' | 'POST' | 'DELETE', path: string, body: Json = {}): Promise<R> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
    const { value }: { value: R & { readonly error?: string; readonly message?: string } } =
      await response.json();
    if (!response.ok) throw new Error(`${path}: ${value.error} ${value.message}`);
    return value;
  }

  await answers(port);
  const options = { binary, args: ['--automation'] };
  const { sessionId, capabilities } = await send<{
    readonly sessionId: string;
    readonly capabilities: { readonly browserName: string; readonly browserVersion: string };
  }>('POST', '/session', {
    capabilities: { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } },
  });
  const session = `/session/${sessionId}`;
  // As wide as a laptop, so that the settings stand open beside the run.
  await send('POST', `${session}/window/rect`, { width: 1440, height: 900 });
  await send('POST', `${session}/timeouts`, { script: 120_000, pageLoad: 120_000 });
  return {
    name: `WebKitGTK ${capabilities.browserVersion} (${capabilities.browserName})`,
    goTo: async (url) => void (await send('POST', `${session}/url`, { url })),
    reload: async () => void (await send('POST', `${session}/refresh`)),
    run: async (work, argument) => {
      // An answer is awaited, whether `work` gives a promise or not.
      const script = `const done = arguments[arguments.length - 1];
        (async () => ${sourceOf(work, argument)})().then(
          (value) => done(JSON.stringify([value ?? null])), (error) => done(JSON.stringify({ fault: String(error) })));`;
      const answer = JSON.parse(await send<string>('POST', `${session}/execute/async`, { script, args: [] }));
      if (!Array.isArray(answer)) throw new Error(answer.fault);
      return answer[0];
    },
    blocked: () => null,
    close: async () => {
      await send('DELETE', session);
      await program.end();
      await screen.end();
    },
  };
}

/** Waits until the driver listens. */
async function answers(port: number): Promise<void> {
  const until = performance.now() + 20_000;
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/status`);
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
