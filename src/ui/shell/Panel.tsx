import { CircleQuestionMark } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { saveFile } from './download.ts';
import type { Topic } from './help.ts';
import { later, withFirstInput } from './later.tsx';
import { Menu, type MenuItem } from './Menu.tsx';
import type { PictureKind } from './saveDrawing.ts';
import { TableView } from './TableView.tsx';
import { csv, type Table } from './table.ts';

const HelpText = later('Help', () => import('./HelpText.tsx'));
const loadSaving = withFirstInput(() => import('./saveDrawing.ts'));

interface PanelProps {
  readonly title: string;
  readonly topic: Topic;
  readonly className?: string;
  /** One line beside the title. */
  readonly aside?: ReactNode;
  /** The numbers behind the panel's figure. With them the panel offers a table view and a CSV file. */
  readonly table?: (() => Table) | undefined;
  /** Name of saved files, without the ending. With it the panel offers PNG and SVG files of its drawing. */
  readonly picture?: string | undefined;
  /** The drawing as SVG, for a figure that the page draws on a canvas. Null while there is no drawing. */
  readonly vector?: () => Blob | null;
  readonly actions?: readonly MenuItem[];
  readonly children: ReactNode;
}

/** The frame of everything on the page: a title, one sentence of help behind “?”, and files to save. */
export function Panel({
  title,
  topic,
  className,
  aside,
  table,
  picture,
  vector,
  actions = [],
  children,
}: PanelProps) {
  const [helping, setHelping] = useState(false);
  const [reading, setReading] = useState(false);
  const [complaint, setComplaint] = useState<string | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const id = useId();
  const name = `dualgate-${picture ?? topic}`;
  const readTable = reading ? table : undefined;

  async function savePicture(kind: PictureKind): Promise<void> {
    setComplaint(null);
    try {
      const { saveDrawing } = await loadSaving();
      await saveDrawing(body.current, kind, name, vector);
    } catch (error) {
      setComplaint(error instanceof Error ? error.message : String(error));
    }
  }

  const items: MenuItem[] = [...actions];
  if (table) {
    items.push(
      {
        label: 'View as table',
        pressed: reading,
        act: () => {
          setComplaint(null);
          setReading(!reading);
        },
      },
      {
        label: 'Save CSV',
        act: () => saveFile(`${name}.csv`, new Blob([csv(table())], { type: 'text/csv' })),
      },
    );
  }
  if (picture) {
    // While the table is open, it replaces the drawing. Then only files that do not need the drawing can be
    // saved.
    if (!readTable) items.push({ label: 'Save PNG', act: () => void savePicture('png') });
    if (!readTable || vector) items.push({ label: 'Save SVG', act: () => void savePicture('svg') });
  }

  return (
    <section
      className={className ? `panel ${className}` : 'panel'}
      data-topic={topic}
      aria-labelledby={`${id}-title`}
    >
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        <div className="aside">{aside}</div>
        <button
          type="button"
          className="button quiet tiny"
          aria-label={`About ${title}`}
          aria-expanded={helping}
          aria-controls={`${id}-help`}
          onClick={() => setHelping(!helping)}
        >
          <CircleQuestionMark size={15} aria-hidden />
        </button>
        {items.length > 0 && <Menu label={`Menu of ${title}`} items={items} />}
      </header>
      <div className="help-text" id={`${id}-help`} hidden={!helping}>
        {helping && <HelpText topic={topic} />}
      </div>
      <div className="body" ref={body}>
        {complaint && (
          <p className="fault" role="alert">
            {complaint}
          </p>
        )}
        {readTable ? <TableView table={readTable()} /> : children}
      </div>
    </section>
  );
}

/** The text of a panel that has no content yet: what will appear, and when. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <div className="empty">{children}</div>;
}
