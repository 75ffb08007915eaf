import { fileURLToPath } from 'node:url';
import { preview } from 'vite';
import type { Browser } from './browser.ts';
import { openFirefox } from './firefox.ts';
import { journey } from './journey.ts';
import { openWebKit } from './webkit.ts';

// One journey in the browsers that Playwright does not drive as they are installed:
// npm run browsers [-- firefox|webkit]

const BROWSERS: Readonly<Record<string, () => Promise<Browser>>> = {
  firefox: openFirefox,
  webkit: openWebKit,
};

async function passes(name: string, open: () => Promise<Browser>, address: string): Promise<boolean> {
  const began = performance.now();
  let said = name;
  try {
    const browser = await open();
    said = browser.name;
    try {
      await journey(browser, address);
    } finally {
      await browser.close();
    }
    console.log(`✓ ${said}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return true;
  } catch (error) {
    console.log(`✗ ${said}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in BROWSERS));
if (unknown !== undefined) {
  console.error(`Expected ${Object.keys(BROWSERS).join(' or ')}, got ${unknown}.`);
  process.exit(2);
}
const server = await preview({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  preview: { port: 0, open: false },
  logLevel: 'warn',
});
const address = server.resolvedUrls!.local[0]!;
const results: boolean[] = [];
for (const [name, open] of Object.entries(BROWSERS))
  if (asked.length === 0 || asked.includes(name)) results.push(await passes(name, open, address));
await server.close();
const passed = results.filter(Boolean).length;
console.log(`${passed} passed, ${results.length - passed} failed`);
process.exitCode = passed === results.length ? 0 : 1;
