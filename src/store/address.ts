/** Query of a page that stands in a frame of another site. */
const EMBED = 'embed';

/**
 * Changes the part of the page's address after “#”. The browser's history gets no entry, and nobody is told:
 * writing `location.hash` would announce a changed link, and its settings would be taken once more.
 */
export function rewriteAddress(change: (hash: string) => string): void {
  const { pathname, search, hash } = location;
  // Commas are written as they are, so that names between them can be read.
  const rest = change(hash).replaceAll('%2C', ',');
  history.replaceState(history.state, '', `${pathname}${search}${rest === '' ? '' : `#${rest}`}`);
}

/** Whether the address asks for the page as it stands in a frame: `?embed`, with any value. */
export function isEmbedded(search: string): boolean {
  return new URLSearchParams(search).has(EMBED);
}

/**
 * A link to this page, in a frame or not.
 * @param page the page's address, whatever stands behind its “#”
 * @param hash the part of the link after “#”
 */
export function linkTo(page: string, hash: string, framed = false): string {
  const address = new URL(page);
  const others = address.search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && !isEmbedded(part));
  address.search = [...others, ...(framed ? [EMBED] : [])].join('&');
  address.hash = hash;
  return address.href;
}
