import { usePlace } from '../../store/place.ts';
import { usePlayground } from '../../store/playground.ts';
import { byProject } from '../../store/run/run.ts';
import { CLAIM } from '../shell/claim.ts';
import { count } from '../shell/format.ts';

/** Says for all numbers on the page where they come from and how they must not be read. */
export function Badges() {
  const opened = usePlayground(({ run }) => (run?.origin.kind === 'opened' ? run.origin.file : null));
  const first = usePlace(({ tab }) => tab === 'run');
  const present = usePlayground(({ run }) => run !== null);
  const fromProject = usePlayground(({ run }) => byProject(run) !== null);
  const data = usePlayground(({ run }) => run?.record.ready?.data ?? null);
  return (
    <div className="notes">
      {first && present && !fromProject && <p className="claim-below">{CLAIM}</p>}
      {present &&
        !fromProject &&
        (opened === null ? (
          <span className="badge here">trained here</span>
        ) : (
          <span className="badge opened">opened: {opened}</span>
        ))}
      <span className="badge" title="Training sees images only.">
        self-supervised
      </span>
      <span>Labels only colour and evaluate. MACs are theoretical (the paper’s FLOPs).</span>
      {data && (
        <span>
          {data.name}
          {data.train > 0
            ? ` · ${count(data.train)} training, ${count(data.test)} test images${data.bank === null ? '' : `, k-NN learns from ${count(data.bank)}`}`
            : ''}
        </span>
      )}
    </div>
  );
}
