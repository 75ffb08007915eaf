import { create } from 'zustand';

type Theme = 'light' | 'dark';

const KEY = 'dualgate-theme';

/**
 * The stored theme. Private windows and frames may refuse storage; then the theme lasts as long as the page.
 */
function stored(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    return null;
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be refused: see `stored`.
  }
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
        store(theme);
        apply(theme);
        return { theme };
      }),
  };
});
