import { usePlace } from '../../store/place.ts';
import { usePlayground } from '../../store/playground.ts';
import { isOwn } from '../../store/run/run.ts';
import { count } from '../shell/format.ts';

/** What the page is, in one sentence. */
const CLAIM = 'One network, trained to be two at once: dense, and gated to cost what you allow';

/** Says for all numbers on the page where they come from and how they must not be read. */
export function Badges() {
  const opened = usePlayground(({ run }) => (run?.origin.kind === 'opened' ? run.origin.file : null));
  const first = usePlace(({ tab }) => tab === 'run');
  const own = usePlayground(({ run }) => isOwn(run));
  const data = usePlayground(({ run }) => run?.record.ready?.data ?? null);
  return (
    <div className="notes">
      {/* Above a recorded run, the stage says it. */}
      {own && first && <p className="claim">{CLAIM}</p>}
      {own &&
        (opened === null ? (
          <span className="badge here">trained here</span>
        ) : (
          <span className="badge opened">opened: {opened}</span>
        ))}
      <span className="badge" title="Training sees images only.">
        self-supervised
      </span>
      <span>Labels never train, they only colour and evaluate. MACs (multiply-adds) are theoretical.</span>
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
