import { lazy } from 'react';
import { type Tab, Tabs } from './shell/Tabs.tsx';

const STUDIES: readonly Tab[] = [
  { id: 'runs', title: 'Runs', content: lazy(() => import('./runs/RunsTab.tsx')) },
  { id: 'compare', title: 'Compare', content: lazy(() => import('./compare/CompareTab.tsx')) },
  { id: 'views', title: 'Views', content: lazy(() => import('./data/ViewsTab.tsx')) },
  { id: 'channels', title: 'Channels', content: lazy(() => import('./network/ChannelsTab.tsx')) },
  {
    id: 'evaluate',
    title: 'Evaluate',
    content: lazy(() => import('./laboratory/EvaluateTab.tsx')),
  },
  { id: 'masklab', title: 'Mask lab', content: lazy(() => import('./masklab/MaskLabTab.tsx')) },
];

/** What can be asked of one or several runs, below the run itself. */
export function Studies() {
  return <Tabs label="Studies" tabs={STUDIES} />;
}
