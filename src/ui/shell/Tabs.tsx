import { type ComponentType, type KeyboardEvent, Suspense, useId, useRef, useState } from 'react';

export interface Tab {
  readonly id: string;
  readonly title: string;
  /** What the tab shows. `lazy(() => import(…))` keeps it out of the first paint. */
  readonly content: ComponentType;
}

/**
 * Shows one of several studies at a time. Only the chosen one is drawn, so state that must survive a change
 * of tabs belongs in a store. Arrow keys, Home and End move between the tabs, as in ARIA's tabs pattern.
 */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  const [chosen, setChosen] = useState(tabs[0]?.id);
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  const id = useId();
  const shown = tabs.find((tab) => tab.id === chosen);

  function move(event: KeyboardEvent): void {
    const place = placeAfter(
      event.key,
      tabs.findIndex((tab) => tab.id === chosen),
      tabs.length,
    );
    const next = place === null ? undefined : tabs[place];
    if (!next) return;
    event.preventDefault();
    setChosen(next.id);
    buttons.current.get(next.id)?.focus();
  }

  return (
    <section className="tabs" aria-label={label}>
      <div className="tab-list" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            ref={(button) => {
              if (button) buttons.current.set(tab.id, button);
              else buttons.current.delete(tab.id);
            }}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            aria-selected={tab.id === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === chosen ? 0 : -1}
            onClick={() => setChosen(tab.id)}
          >
            {tab.title}
          </button>
        ))}
      </div>
      {shown && (
        <div className="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown.id}`}>
          <Suspense fallback={<p className="empty">Loading</p>}>
            <shown.content />
          </Suspense>
        </div>
      )}
    </section>
  );
}

/** Index of the tab that a key leads to; it wraps at the ends. Null for other keys. */
function placeAfter(key: string, from: number, count: number): number | null {
  if (key === 'ArrowRight') return (from + 1) % count;
  if (key === 'ArrowLeft') return (from - 1 + count) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}
