import { usePlayground } from '../../store/playground.ts';
import { isImported } from '../../store/run/imported.ts';
import { later } from '../shell/later.tsx';
import { Panel } from '../shell/Panel.tsx';

const ImportedWeights = later('Imported weights', () => import('./ImportedWeights.tsx'));

/**
 * Weights that were read from a file: what they are, whether they give the accuracy that the file says, and a
 * button to train from them.
 */
export function ImportedPanel() {
  const run = usePlayground((playground) => (isImported(playground.run) ? playground.run : null));
  if (!run?.record.weights) return null;
  return (
    <Panel title="Imported weights" topic="imported">
      <ImportedWeights key={run.run} run={run} weights={run.record.weights} />
    </Panel>
  );
}
