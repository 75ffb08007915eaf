/** The tabs of the page, in their order, by the names that links use. The first is the run on the page. */
export const TABS = [
  'run',
  'compare',
  'channels',
  'views',
  'evaluate',
  'masklab',
  'runs',
  'export',
  'device',
] as const;

export type TabId = (typeof TABS)[number];

/** The tab that the part of a link after “#” names; null if it names none that the page has. */
export function tabOfLink(hash: string): TabId | null {
  const named = new URLSearchParams(hash.replace(/^#/, '')).get('tab');
  return TABS.find((tab) => tab === named) ?? null;
}

/**
 * The part of a link after “#” with this tab and everything else as it was. The first tab is not named, so
 * that old links and links to the run on the page are alike.
 */
export function linkWithTab(hash: string, tab: TabId): string {
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  said.delete('tab');
  if (tab !== TABS[0]) said.set('tab', tab);
  return said.toString();
}
