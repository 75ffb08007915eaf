import { ExternalLink } from 'lucide-react';
import type { SyntheticEvent } from 'react';
import { linkTo } from '../../store/address.ts';

/** Leads from a frame to the whole page, which shows the same. */
export function OwnTabLink() {
  return (
    <a
      className="button quiet own-tab"
      href={address()}
      target="_blank"
      rel="noopener"
      title="Open in its own tab"
      // What the address tells may have changed since.
      onFocus={renew}
      onPointerDown={renew}
    >
      <ExternalLink size={15} aria-hidden /> <span>Open in its own tab</span>
    </a>
  );
}

function renew({ currentTarget }: SyntheticEvent<HTMLAnchorElement>): void {
  currentTarget.href = address();
}

function address(): string {
  return linkTo(location.href, location.hash.slice(1));
}
