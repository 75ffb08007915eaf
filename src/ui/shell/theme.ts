import { create } from 'zustand';
import { remember, remembered } from '../../platform/remembered.ts';

type Theme = 'light' | 'dark';

const KEY = 'dualgate-theme';

function stored(): Theme | null {
  const value = remembered(KEY);
  return value === 'light' || value === 'dark' ? value : null;
}

function apply(theme: Theme | null): void {
  if (theme) document.documentElement.dataset.theme = theme;
}

/** The theme, light or dark. It follows the system until the user chooses. */
export const useTheme = create<{ readonly theme: Theme; toggle(): void }>()((set) => {
  const chosen = stored();
  apply(chosen);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const system = (): Theme => (dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', () => {
    if (!document.documentElement.dataset.theme) set({ theme: system() });
  });
  return {
    theme: chosen ?? system(),
    toggle: () =>
      set((state) => {
        const theme = state.theme === 'dark' ? 'light' : 'dark';
        remember(KEY, theme);
        apply(theme);
        return { theme };
      }),
  };
});
