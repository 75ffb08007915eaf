import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './ui/App.tsx';
import { awaitFirstInput } from './ui/shell/later.tsx';
import { surviveTranslation } from './ui/shell/translation.ts';
import './ui/styles/tokens.css';
import './ui/styles/layout.css';
import './ui/styles/controls.css';
import './ui/styles/progress.css';
import './ui/styles/drawer.css';
import './ui/styles/budget.css';
import './ui/styles/figures.css';
import './ui/styles/charts.css';
import './ui/styles/maps.css';
import './ui/styles/channels.css';
import './ui/styles/laboratory.css';
import './ui/styles/masklab.css';
import './ui/styles/hub.css';
import './ui/styles/overlays.css';
import './ui/styles/changes.css';
import './ui/styles/tabs.css';
import './ui/styles/compare.css';
import './ui/styles/data.css';
import './ui/styles/readings.css';
import './ui/styles/runs.css';
import './ui/styles/player.css';
import './ui/styles/scene.css';
import './ui/styles/contrast.css';

surviveTranslation();
awaitFirstInput();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
