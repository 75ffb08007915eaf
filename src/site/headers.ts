import type { Plugin } from 'vite';

/**
 * What the built site may do: its own scripts, workers and files, WebAssembly, pictures that the page makes
 * itself, and the requests of a download that the user started: to Hugging Face and to where it keeps its
 * files, whose names change.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self' https://huggingface.co https://*.huggingface.co https://*.hf.co",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Cross-origin isolation: precise timers, and SharedArrayBuffer for the threaded WASM backend. */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

/**
 * Headers of every file of the built site. As a header the policy rules workers too, which do not inherit the
 * page's. Pages of other sites may hold the page in a frame: a page that is itself isolated wants to be told
 * so. Nothing here is private.
 */
export const SITE_HEADERS = {
  ...ISOLATION,
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Content-Security-Policy': POLICY,
} as const;

/** The folder of the files whose names change with what they hold. Vite names them so. */
export const HASHED = '/assets/';

/**
 * How long a browser may keep a file: a year if its name tells what it holds; otherwise it asks each time.
 */
export function cacheControl(path: string): string {
  return path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

/**
 * Writes the headers where hosts without a configuration of ours find some: the policy into the page, before
 * all that it rules, and everything into the file `_headers`, which Netlify and Cloudflare Pages read.
 */
export const headersForHosts: Plugin = {
  name: 'headers-for-hosts',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
      injectTo: 'head-prepend',
    },
  ],
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile() });
  },
};

/** The text of `_headers`: a pattern of paths, and below it what they get. */
function headersFile(): string {
  const all = Object.entries(SITE_HEADERS).map(([name, value]) => `  ${name}: ${value}`);
  const hashed = `  Cache-Control: ${cacheControl(HASHED)}`;
  // A file that two patterns match gets the headers of both, so only hashed files are told how long they
  // last. Both hosts have browsers ask each time for all others.
  return ['/*', ...all, `${HASHED}*`, hashed, ''].join('\n');
}
