import { CircleQuestionMark } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { saveFile } from './download.ts';
import { boxesFigure, figureOf } from './figure.ts';
import { HELP, type Topic } from './help.ts';
import { Menu, type MenuItem } from './Menu.tsx';
import { pngFile, pngOf, svgFile } from './picture.ts';
import { TableView } from './TableView.tsx';
import { csv, type Table } from './table.ts';

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
  const { says, equation, source } = HELP[topic];
  const name = `dualgate-${picture ?? topic}`;
  const readTable = reading ? table : undefined;

  function saveDrawing(kind: 'png' | 'svg'): void {
    const boxes = body.current?.querySelector<HTMLElement>('[data-figure]');
    const figure = boxes ? boxesFigure(boxes) : body.current && figureOf(body.current);
    const drawing = body.current?.querySelector<SVGSVGElement | HTMLCanvasElement>('svg.drawing, canvas');
    setComplaint(null);
    const onCanvas = kind === 'svg' ? vector?.() : null;
    if (onCanvas) saveFile(`${name}.svg`, onCanvas);
    else if (!figure && !drawing) setComplaint('There is nothing drawn yet.');
    else if (kind === 'svg' && figure) saveFile(`${name}.svg`, figure.file);
    else if (kind === 'svg' && drawing instanceof SVGSVGElement) saveFile(`${name}.svg`, svgFile(drawing));
    else if (kind === 'svg') setComplaint('There is nothing drawn yet.');
    else {
      (figure ? pngOf(figure.file, figure) : pngFile(drawing!)).then(
        (file) => saveFile(`${name}.png`, file),
        (error: unknown) => setComplaint(error instanceof Error ? error.message : String(error)),
      );
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
    if (!readTable) items.push({ label: 'Save PNG', act: () => saveDrawing('png') });
    if (!readTable || vector) items.push({ label: 'Save SVG', act: () => saveDrawing('svg') });
  }

  return (
    <section className={className ? `panel ${className}` : 'panel'} aria-labelledby={`${id}-title`}>
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
        {says}
        {equation && <span className="equation">{equation}</span>}
        <span> {source}</span>
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
