import { LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { clock } from '../shell/format.ts';

interface BenchmarkProgressProps {
  /** How far it is, in words. */
  readonly line: string;
  /** When it began, in milliseconds of Date.now(). */
  readonly since: number;
}

/** Says what the benchmark does now, and how long it has run. */
export function BenchmarkProgress({ line, since }: BenchmarkProgressProps) {
  const [now, setNow] = useState(since);

  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);

  return (
    <div className="benchmark-progress">
      <LoaderCircle size={16} aria-hidden className="turning" />
      <span role="status">{line}</span>
      <span className="muted">{clock((now - since) / 1000)}</span>
    </div>
  );
}
