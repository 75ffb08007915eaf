import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react';
import { placeAfter } from './placeAfter.ts';

export interface TabTitle<Id extends string> {
  readonly id: Id;
  readonly title: string;
}

interface TabListProps<Id extends string> {
  readonly label: string;
  readonly tabs: readonly TabTitle<Id>[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
}

/**
 * The titles of tabs, of which one is open. The list is one stop of the Tab key: arrow keys, Home and End
 * move between the tabs, as in ARIA's tabs pattern. `TabPanel` shows what a tab has.
 */
export function TabList<Id extends string>({ label, tabs, chosen, onChoose }: TabListProps<Id>) {
  const list = useRef<HTMLDivElement>(null);
  const buttons = useRef(new Map<Id, HTMLButtonElement>());

  // A narrow page shows a part of the titles. A link may open one that is in another part.
  useLayoutEffect(() => {
    const [all, one] = [list.current, buttons.current.get(chosen)].map((at) => at?.getBoundingClientRect());
    if (!list.current || !all || !one || (one.left >= all.left && one.right <= all.right)) return;
    list.current.scrollLeft += one.left + one.width / 2 - (all.left + all.width / 2);
  }, [chosen]);

  function move(event: KeyboardEvent): void {
    const place = placeAfter(
      event.key,
      tabs.findIndex(({ id }) => id === chosen),
      tabs.length,
    );
    const next = place === null ? undefined : tabs[place];
    if (!next) return;
    event.preventDefault();
    onChoose(next.id);
    buttons.current.get(next.id)?.focus();
  }

  return (
    <div className="tab-list" role="tablist" aria-label={label} onKeyDown={move} ref={list}>
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          ref={(button) => {
            if (button) buttons.current.set(id, button);
            else buttons.current.delete(id);
          }}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-selected={id === chosen}
          aria-controls={id === chosen ? `panel-${id}` : undefined}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => onChoose(id)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

/** What the open tab shows. */
export function TabPanel({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="tab-panel" role="tabpanel" id={`panel-${id}`} aria-labelledby={`tab-${id}`}>
      {children}
    </div>
  );
}
