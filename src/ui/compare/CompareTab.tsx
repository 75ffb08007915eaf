import { Empty } from '../shell/Panel.tsx';

/** Runs side by side: what each system reaches, and at which cost. */
export default function CompareTab() {
  return (
    <section className="panel">
      <Empty>Runs that end here stand side by side: what each system reaches, and at which cost.</Empty>
    </section>
  );
}
