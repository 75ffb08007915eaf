import type { PythonSources } from './bundle.ts';
import model from './dualgate_model.py?raw';
import step from './dualgate_step.py?raw';
import train from './dualgate_train.py?raw';
import views from './dualgate_views.py?raw';

/** The Python files. They are a chunk of their own, which is loaded at the first export. */
export const SOURCES: PythonSources = {
  'dualgate_model.py': model,
  'dualgate_views.py': views,
  'dualgate_step.py': step,
  'dualgate_train.py': train,
};
