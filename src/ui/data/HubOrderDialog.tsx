import { Download } from 'lucide-react';
import { useId } from 'react';
import {
  HUB_SETS,
  type Hub,
  type HubOrder,
  type HubSetId,
  hubPage,
  hubSet,
  orderBytes,
  orderFaults,
  useHub,
} from '../../store/data/hub.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { bytes, count } from '../shell/format.ts';
import type { DialogState } from '../shell/later.tsx';
import { HubKept } from './HubKept.tsx';
import { HubOutcome } from './HubOutcome.tsx';

/** Bytes of one pixel in memory. */
const PIXEL = 3;

/** Downloads one of the paper's data sets from Hugging Face, after it has shown what the authors ask for. */
export default function HubOrderDialog({ open, onClose }: DialogState) {
  const downloading = useHub(({ phase }) => phase.kind === 'downloading');
  return (
    <Dialog title="From Hugging Face" open={open} sticky={downloading} onClose={onClose}>
      <p>
        The request goes to huggingface.co and its storage host, from this browser to them; nothing of yours
        is sent with it. What comes stays here and can be cleared.
      </p>
      <Choices />
      <Terms />
      <HubOutcome />
      <Actions />
      <HubKept />
    </Dialog>
  );
}

function Choices() {
  const order = useHub((state) => state.order);
  const downloading = useHub(({ phase }) => phase.kind === 'downloading');
  const { choose, change } = useHub.getState();
  const { about, train, test, sides } = hubSet(order.set);
  const faults = orderFaults(order);
  const id = useId();
  return (
    <fieldset className="hub-choices" disabled={downloading}>
      <legend className="visually-hidden">What to download</legend>
      <label className="field">
        <span className="label">Data set</span>
        <select
          className="input"
          value={order.set}
          onChange={({ currentTarget }) => choose(currentTarget.value as HubSetId)}
        >
          {HUB_SETS.map((set) => (
            <option key={set.id} value={set.id}>
              {set.label}
            </option>
          ))}
        </select>
      </label>
      <Count
        label="Training images"
        value={order.train}
        most={train.rows}
        onChange={(value) => change({ train: value })}
      />
      <Count
        label="Test images"
        value={order.test}
        most={test.rows}
        onChange={(value) => change({ test: value })}
      />
      {sides.length > 1 && (
        <label className="field">
          <span className="label">
            Side <span className="unit">pixels</span>
          </span>
          <select
            className="input"
            value={order.side ?? 'own'}
            onChange={({ currentTarget: { value } }) =>
              change({ side: value === 'own' ? null : Number(value) })
            }
          >
            {sides.map((side) => (
              <option key={side} value={side ?? 'own'}>
                {side ?? 'as they come'}
              </option>
            ))}
          </select>
        </label>
      )}
      <p className="muted small" id={id}>
        {about}{' '}
        {faults.length > 0
          ? `${faults.join('. ')}.`
          : `About ${bytes(orderBytes(order))} to download${inMemory(order)}.`}
      </p>
    </fieldset>
  );
}

/** The memory that the images take in training. Empty below 100 MB. */
function inMemory({ set, train, test, side }: HubOrder): string {
  const pixels = side ?? (set === 'stl10' ? 96 : 32);
  const size = PIXEL * (train + test) * pixels ** 2;
  return size > 1e8 ? `, and ${bytes(size)} in memory` : '';
}

interface CountProps {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}

function Count({ label, value, most, onChange }: CountProps) {
  return (
    <label className="field">
      <span className="label">
        {label} <span className="unit">of {count(most)}</span>
      </span>
      <input
        className="input"
        type="number"
        inputMode="numeric"
        min={2}
        max={most}
        value={Number.isNaN(value) ? '' : value}
        onChange={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
    </label>
  );
}

/** Says what the authors allow and whom to cite. */
function Terms() {
  const set = useHub(({ order }) => hubSet(order.set));
  return (
    <dl className="hub-terms">
      <dt>Licence</dt>
      <dd>{set.licence}</dd>
      <dt>Cite</dt>
      <dd>{set.citation}</dd>
      <dt>Source</dt>
      <dd>
        <a href={hubPage(set)} target="_blank" rel="noreferrer">
          {set.repository}
        </a>{' '}
        <span className="muted">at {set.revision.slice(0, 7)}</span>
      </dd>
    </dl>
  );
}

function Actions() {
  const downloading = useHub(({ phase }) => phase.kind === 'downloading');
  const label = useHub(mainLabel);
  const ready = useHub(({ order }) => orderFaults(order).length === 0);
  const { hide, download, cancel } = useHub.getState();
  return (
    <div className="actions">
      <button type="button" className="button" onClick={hide}>
        {downloading ? 'Close, and go on' : 'Close'}
      </button>
      {/* One button has two uses, so that focus stays where it is. */}
      <button
        key="main"
        type="button"
        className={downloading ? 'button' : 'button primary'}
        disabled={!downloading && !ready}
        onClick={downloading ? cancel : download}
      >
        {!downloading && <Download size={14} aria-hidden />}
        {label}
      </button>
    </div>
  );
}

function mainLabel({ phase }: Hub): string {
  if (phase.kind === 'downloading') return 'Cancel';
  if (phase.kind === 'cancelled' || phase.kind === 'failed') return 'Go on';
  return 'Download';
}
