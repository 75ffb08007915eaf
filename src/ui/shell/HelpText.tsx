import { HELP, type Topic } from './help.ts';

/** The help of a panel. */
export default function HelpText({ topic }: { readonly topic: Topic }) {
  const { says, equation, source } = HELP[topic];
  return (
    <>
      {says}
      {equation && <span className="equation">{equation}</span>}
      <span> {source}</span>
    </>
  );
}
