import { createServer } from 'vite';
import { describe, expect, it } from 'vitest';
import { shareTags, tagsFor } from './shareTags.ts';

const PAGE =
  '<head><title>DualGate: two networks</title>\n<meta name="description" content="Watch it learn." /></head>';

function contentOf(property: string, site?: string): unknown {
  return tagsFor(PAGE, site).find(({ attrs }) => attrs?.property === property)?.attrs?.content;
}

describe('the tags of a shared link', () => {
  it('name the picture by its whole address, in the folder of the site', () => {
    for (const site of ['https://name.github.io/dualgate', 'https://name.github.io/dualgate//']) {
      expect(contentOf('og:image', site)).toBe('https://name.github.io/dualgate/preview.png');
      expect(contentOf('og:url', site)).toBe('https://name.github.io/dualgate/');
    }
    expect(contentOf('og:image', 'http://host:8080')).toBe('http://host:8080/preview.png');
  });

  it('name it relative to the page where nobody says where the site will be', () => {
    for (const site of [undefined, '']) {
      expect(contentOf('og:image', site)).toBe('./preview.png');
      expect(contentOf('og:url', site)).toBeUndefined();
    }
  });

  it('say what the page says of itself', () => {
    expect(contentOf('og:title')).toBe('DualGate: two networks');
    expect(contentOf('og:description')).toBe('Watch it learn.');
    expect(() => tagsFor('<title>DualGate</title>', undefined)).toThrow('a title and a description');
  });

  it.each(['name.github.io', 'ftp://host/', 'dualgate'])('refuse %s', (site) => {
    expect(() => tagsFor(PAGE, site)).toThrow(`DUALGATE_SITE_URL must be the address of the site`);
  });

  it('stand in the page of the site alone, not in those that commands measure in', async () => {
    const server = await createServer({
      configFile: false,
      plugins: [shareTags(undefined)],
      logLevel: 'silent',
      server: { middlewareMode: true, ws: false },
      optimizeDeps: { noDiscovery: true },
    });
    try {
      expect(await server.transformIndexHtml('/index.html', PAGE)).toContain('og:title');
      const measuring = '<head><title>Golden checks</title></head>';
      expect(await server.transformIndexHtml('/src/harness/harness.html', measuring)).not.toContain('og:');
    } finally {
      await server.close();
    }
  });
});
