import { Ellipsis } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';

export interface MenuItem {
  readonly label: string;
  /** Given for an item that is on or off. */
  readonly pressed?: boolean;
  act(): void;
}

/** Between the list, its button and the window's edges, pixels. */
const GAP = 4;

/** Puts a list that lies over all else below its button, or above it where there is no room. */
function place(list: HTMLElement, opener: HTMLElement): void {
  const { top, bottom, right } = opener.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const below = bottom + GAP;
  const fits = below + height + GAP <= window.innerHeight;
  list.style.top = `${fits ? below : Math.max(GAP, top - GAP - height)}px`;
  list.style.left = `${Math.max(GAP, right - width)}px`;
}

/**
 * A button that opens a short list of buttons; Escape and a click elsewhere close it. A popover: no scrolling
 * panel cuts it off.
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
    // In the capturing phase: panels scroll too.
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
