import { LoaderCircle } from 'lucide-react';
import { useExchanges } from '../../store/exchanges.ts';

/** Files that are being read or written, each with a button that cancels. */
export function ExchangeLines() {
  const underWay = useExchanges((state) => state.underWay);
  const { cancel } = useExchanges.getState();
  return underWay.map(({ id, says }) => (
    <div key={id} className="alert notice" role="status">
      <LoaderCircle size={18} className="turning" aria-hidden />
      <div>{says} …</div>
      <button type="button" className="button tiny" onClick={() => cancel(id)}>
        Cancel
      </button>
    </div>
  ));
}
