import { Ellipsis } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

export interface MenuItem {
  readonly label: string;
  /** Given for an item that is on or off. */
  readonly pressed?: boolean;
  act(): void;
}

/** A button that opens a short list of buttons; Escape and a click elsewhere close it. */
export function Menu({ label, items }: { readonly label: string; readonly items: readonly MenuItem[] }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);

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
        <div className="menu-items">
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
