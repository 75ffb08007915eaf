import type { IncomingHttpHeaders } from 'node:http';
import { resolve } from 'node:path';
import sirv from 'sirv';
import type { Plugin } from 'vite';
import { cacheControl, SITE_HEADERS } from './headers.ts';

/**
 * Has `vite preview`, and so `npm start`, serve the built site as a good static host does: compressed
 * neighbours to who reads them, and hashed files that browsers keep. What the site does not have is left to
 * Vite.
 */
export const builtSite: Plugin = {
  name: 'built-site',
  configurePreviewServer({ config, middlewares }) {
    const headers = { ...SITE_HEADERS, Vary: 'Accept-Encoding' };
    const files = sirv(resolve(config.root, config.build.outDir), {
      // Files are looked up at each request, so a site that is built anew meanwhile is served anew.
      dev: true,
      etag: true,
      brotli: true,
      gzip: true,
      extensions: ['html'],
      // Called for whole and partial answers, which have an ETag of their own.
      setHeaders: (response) => response.removeHeader('ETag'),
    });
    middlewares.use((request, response, next) => {
      clarify(request.headers);
      // An answer 304 has no headers but those that stand here already. The ETag is then the one asked for.
      const path = (request.url ?? '/').split('?', 1)[0]!;
      const etag = request.headers['if-none-match'];
      const early = { ...headers, 'Cache-Control': cacheControl(path), ...(etag && { ETag: etag }) };
      for (const [name, value] of Object.entries(early)) response.setHeader(name, value);
      files(request, response, () => {
        for (const name of Object.keys(early)) response.removeHeader(name);
        next();
      });
    });
  },
};

/**
 * Rewrites those request headers that sirv would misread: an encoding that is refused by weight zero, and
 * ranges other than from a byte or between two. What it then does not see, it answers with the whole file,
 * as the standard allows. A range is one of the file's own bytes, not of a compressed neighbour's.
 */
function clarify(headers: IncomingHttpHeaders): void {
  const { 'accept-encoding': encodings = '', range } = headers;
  const wanted = String(encodings)
    .split(',')
    .filter((coding) => !/;\s*q=0(\.0*)?\s*$/.test(coding));
  headers['accept-encoding'] = wanted.join(',');
  if (range === undefined) return;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  const isRange = first !== undefined && (last === '' || Number(first) <= Number(last));
  // ETags are weak here, and a weak one never proves that a kept part belongs to the same file.
  if (isRange && headers['if-range'] === undefined) headers['accept-encoding'] = '';
  else delete headers.range;
}
