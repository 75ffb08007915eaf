import { underWay, usePlayground } from '../../store/playground.ts';
import { type EngineChoice, useSettings } from '../../store/settings.ts';
import { Panel } from '../shell/Panel.tsx';

const ENGINES: readonly (readonly [EngineChoice, string])[] = [
  ['auto', 'Automatic'],
  ['wasm', 'WASM, all browsers'],
  ['webgpu', 'WebGPU, fast with a GPU'],
  ['cpu', 'Plain JavaScript, slow reference'],
];

/** Chooses the engine of the next run. */
export function EnginePanel() {
  const engine = useSettings((state) => state.engine);
  const chooseEngine = useSettings((state) => state.chooseEngine);
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
    </Panel>
  );
}
