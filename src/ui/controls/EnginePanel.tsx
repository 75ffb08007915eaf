import { isThreads, MOST_THREADS, useMachineWishes } from '../../store/machineWishes.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { type EngineChoice, useSettings } from '../../store/settings.ts';
import { Panel } from '../shell/Panel.tsx';

const ENGINES: readonly (readonly [EngineChoice, string])[] = [
  ['auto', 'Automatic'],
  ['wasm', 'WASM, all browsers'],
  ['webgpu', 'WebGPU, fast with a GPU'],
  ['cpu', 'Plain JavaScript, slow reference'],
];

/** Chooses the engine of the next run, and which GPU it asks for. */
export function EnginePanel() {
  const engine = useSettings((state) => state.engine);
  const chooseEngine = useSettings((state) => state.chooseEngine);
  const saving = useMachineWishes((state) => state.saving);
  const threads = useMachineWishes((state) => state.threads);
  const { choose } = useMachineWishes.getState();
  const locked = usePlayground(({ run }) => underWay(run));

  return (
    <Panel title="Engine" topic="engine">
      <select
        className="input"
        aria-label="Engine"
        value={engine}
        disabled={locked}
        onChange={({ currentTarget }) => {
          const chosen = ENGINES.find(([name]) => name === currentTarget.value);
          if (chosen) chooseEngine(chosen[0]);
        }}
      >
        {ENGINES.map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      <label className="choice">
        <input
          type="checkbox"
          checked={saving}
          disabled={locked}
          onChange={({ currentTarget }) => choose({ saving: currentTarget.checked })}
        />{' '}
        Save power: ask for the slower of two GPUs
      </label>
      {crossOriginIsolated && (engine === 'auto' || engine === 'wasm') && (
        <label className="field">
          <span className="label">WASM threads</span>
          <input
            className="input"
            type="number"
            min={1}
            max={MOST_THREADS}
            placeholder="automatic"
            value={threads ?? ''}
            disabled={locked}
            onChange={({ currentTarget: { value } }) => {
              if (value === '' || isThreads(Number(value)))
                choose({ threads: value === '' ? null : Number(value) });
            }}
          />
        </label>
      )}
    </Panel>
  );
}
