import type { ReactNode } from 'react';

interface ScrollRegionProps {
  /** What it shows, for screen readers. */
  readonly label: string;
  readonly className: string;
  /** Its element: a list is one itself. */
  readonly as?: 'section' | 'ul';
  readonly children: ReactNode;
}

/** What scrolls in a place of its own. It is a stop of the Tab key, so that arrow keys can scroll it. */
export function ScrollRegion({ label, className, as: Tag = 'section', children }: ScrollRegionProps) {
  return (
    <Tag className={className} tabIndex={0} aria-label={label}>
      {children}
    </Tag>
  );
}
