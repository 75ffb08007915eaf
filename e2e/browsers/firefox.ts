import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { type Browser, type Json, sourceOf } from './browser.ts';
import { findProgram, startProgram } from './program.ts';

/** Settings that keep a new profile from asking questions, and from looking for updates. */
const SETTINGS: Readonly<Record<string, Json>> = {
  'browser.shell.checkDefaultBrowser': false,
  'browser.aboutwelcome.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
};

/** An answer, or an event, of WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/). */
interface Message {
  readonly id?: number;
  readonly type: 'success' | 'error' | 'event';
  readonly result?: Json;
  readonly message?: string;
  readonly method?: string;
  readonly params?: { readonly text?: string };
}

/** The commands of a socket that speaks WebDriver BiDi. */
class Bidi {
  private last = 0;
  private readonly waiting = new Map<number, (message: Message) => void>();
  /** What the page's console has said. */
  readonly console: string[] = [];

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data) => this.hear(JSON.parse(String(data))));
  }

  static async open(address: string): Promise<Bidi> {
    const socket = new WebSocket(address);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    return new Bidi(socket);
  }

  private hear(message: Message): void {
    if (message.method === 'log.entryAdded') this.console.push(message.params?.text ?? '');
    if (message.id === undefined) return;
    this.waiting.get(message.id)?.(message);
    this.waiting.delete(message.id);
  }

  async send<R>(method: string, params: Json): Promise<R> {
    const id = ++this.last;
    const answer = new Promise<Message>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const { type, result, message } = await answer;
    if (type === 'error') throw new Error(`${method}: ${message}`);
    return result as R;
  }

  close(): void {
    this.socket.close();
  }
}

/** Firefox, as it comes from Mozilla or Debian, without a window. */
export async function openFirefox(): Promise<Browser> {
  const path = findProgram('Firefox', ['firefox-esr', 'firefox'], 'On Debian: apt-get install firefox-esr.');
  const profile = mkdtempSync(join(tmpdir(), 'dualgate-firefox-'));
  const lines = Object.entries(SETTINGS).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const program = startProgram(path, args);
  const [, socket] = await program.printed(/WebDriver BiDi listening on (ws:\S+)/);
  const bidi = await Bidi.open(`${socket}/session`);
  const { capabilities } = await bidi.send<{ capabilities: { browserName: string; browserVersion: string } }>(
    'session.new',
    { capabilities: {} },
  );
  await bidi.send('session.subscribe', { events: ['log.entryAdded'] });
  const tree = await bidi.send<{ contexts: readonly { context: string }[] }>('browsingContext.getTree', {});
  const { context } = tree.contexts[0]!;
  return {
    name: `${capabilities.browserName} ${capabilities.browserVersion}`,
    goTo: async (url) =>
      void (await bidi.send('browsingContext.navigate', { context, url, wait: 'complete' })),
    reload: async () => void (await bidi.send('browsingContext.reload', { context, wait: 'complete' })),
    run: async (work, argument) => {
      const expression = `(async () => JSON.stringify((await ${sourceOf(work, argument)}) ?? null))()`;
      const answer = await bidi.send<{
        readonly type: string;
        readonly result: { readonly value: string };
        readonly exceptionDetails?: { readonly text: string };
      }>('script.evaluate', { expression, target: { context }, awaitPromise: true });
      if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.text);
      return JSON.parse(answer.result.value);
    },
    blocked: () => bidi.console.filter((text) => /Content.Security.Policy/i.test(text)),
    close: async () => {
      bidi.close();
      await program.end();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
