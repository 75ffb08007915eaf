import { Ellipsis } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';

export interface MenuItem {
  readonly label: string;
  /** Whether the item is on. Only items that are on or off have it. */
  readonly pressed?: boolean;
  act(): void;
}

/** Distance of the list from its button and from the window's edges, pixels. */
const GAP = 4;

/** Puts the list below its button, or above it if there is no room below. */
function place(list: HTMLElement, opener: HTMLElement): void {
  const { top, bottom, right } = opener.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const below = bottom + GAP;
  const fits = below + height + GAP <= window.innerHeight;
  list.style.top = `${fits ? below : Math.max(GAP, top - GAP - height)}px`;
  list.style.left = `${Math.max(GAP, right - width)}px`;
}

/**
 * A button that opens a short list of buttons. Escape or a click elsewhere closes it. The list is a popover,
 * so that no scrolling panel cuts it off.
 */
export function Menu({ label, items }: { readonly label: string; readonly items: readonly MenuItem[] }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (!open) return;
    list.current?.showPopover();
    const follow = () => {
      if (list.current && opener.current) place(list.current, opener.current);
    };
    follow();
    // Scroll events of panels do not bubble, so the listener needs the capturing phase.
    document.addEventListener('scroll', follow, true);
    window.addEventListener('resize', follow);
    return () => {
      document.removeEventListener('scroll', follow, true);
      window.removeEventListener('resize', follow);
    };
  }, [open]);

  useEffect(() => {
    if (!open) return;
    const closeElsewhere = ({ target }: Event) => {
      if (target instanceof Node && !root.current?.contains(target)) setOpen(false);
    };
    const closeByKey = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape') return;
      setOpen(false);
      opener.current?.focus();
    };
    document.addEventListener('pointerdown', closeElsewhere);
    document.addEventListener('focusin', closeElsewhere);
    document.addEventListener('keydown', closeByKey);
    return () => {
      document.removeEventListener('pointerdown', closeElsewhere);
      document.removeEventListener('focusin', closeElsewhere);
      document.removeEventListener('keydown', closeByKey);
    };
  }, [open]);

  return (
    <div className="menu" ref={root}>
      <button
        ref={opener}
        type="button"
        className="button quiet tiny"
        aria-label={label}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Ellipsis size={15} aria-hidden />
      </button>
      {open && (
        <div className="menu-items" ref={list} popover="manual">
          {items.map(({ label: text, pressed, act }) => (
            <button
              key={text}
              type="button"
              aria-pressed={pressed}
              onClick={() => {
                setOpen(false);
                opener.current?.focus();
                act();
              }}
            >
              {text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
