import type { HtmlTagDescriptor, Plugin } from 'vite';

/** The picture of a shared link, in `public`. `npm run pictures` takes it of the page. */
export const PREVIEW = { file: 'preview.png', width: 1200, height: 630 } as const;
const SHOWN =
  'The page of DualGate: the gates of a network, two maps of its images, and the curves of a run.';

/**
 * Writes into the page what a link to it shows where it is shared: its title, its description and a picture.
 * Those who read this want the whole address of the picture, which a build does not know by itself.
 * @param site the address at which the site will be, from DUALGATE_SITE_URL; without it the picture's address
 *   is relative to the page
 */
export function shareTags(site: string | undefined): Plugin {
  return {
    name: 'share-tags',
    // The pages in which commands measure are shared with nobody, and describe themselves to nobody.
    transformIndexHtml: (page, { filename }) =>
      filename.endsWith('/index.html') ? tagsFor(page, site) : undefined,
  };
}

/**
 * The tags for a page. Exported for its test.
 * @throws Error if the address of the site is none, or the page has no title or no description
 */
export function tagsFor(page: string, site: string | undefined): HtmlTagDescriptor[] {
  const [, title] = /<title>([^<]+)<\/title>/.exec(page) ?? [];
  const [, description] = /<meta name="description" content="([^"]+)"/.exec(page) ?? [];
  if (title === undefined || description === undefined)
    throw new Error('index.html must have a title and a description, which shared links show');
  const address = site ? addressOf(site) : null;
  const properties: Readonly<Record<string, string>> = {
    'og:type': 'website',
    'og:site_name': 'DualGate',
    'og:title': title,
    'og:description': description,
    'og:image': address ? new URL(PREVIEW.file, address).href : `./${PREVIEW.file}`,
    'og:image:width': String(PREVIEW.width),
    'og:image:height': String(PREVIEW.height),
    'og:image:alt': SHOWN,
    ...(address && { 'og:url': address }),
  };
  const tag = (attrs: Readonly<Record<string, string>>): HtmlTagDescriptor => {
    return { tag: 'meta', attrs, injectTo: 'head' };
  };
  return [
    ...Object.entries(properties).map(([property, content]) => tag({ property, content })),
    tag({ name: 'twitter:card', content: 'summary_large_image' }),
  ];
}

/** The address with a slash at its end: what is relative to it then lies in it, not beside it. */
function addressOf(site: string): string {
  if (!URL.canParse(site) || !/^https?:/i.test(site))
    throw new Error(
      `DUALGATE_SITE_URL must be the address of the site, such as https://name.github.io/dualgate/, got “${site}”. Correct or unset it.`,
    );
  const address = new URL(site);
  return `${address.origin}${address.pathname.replace(/\/*$/, '/')}`;
}
