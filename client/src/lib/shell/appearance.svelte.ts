import { MediaQuery } from 'svelte/reactivity';

export const themes = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themes)[number];

export const densities = ['comfortable', 'compact'] as const;
export type DensityChoice = (typeof densities)[number];

export const navigations = ['words', 'icons'] as const;
export type NavigationChoice = (typeof navigations)[number];

// The same keys are read by static/theme.js before the first paint.
const themeKey = 'cobench.theme';
const densityKey = 'cobench.density';
const navigationKey = 'cobench.navigation';

/** Theme, density and navigation of this browser: the system's theme unless somebody chose. */
export class Appearance {
  #theme = $state<ThemeChoice>(oneOf(themes, localStorage.getItem(themeKey)));
  #density = $state<DensityChoice>(oneOf(densities, localStorage.getItem(densityKey)));
  #navigation = $state<NavigationChoice>(oneOf(navigations, localStorage.getItem(navigationKey)));
  readonly #systemDark = new MediaQuery('(prefers-color-scheme: dark)');
  /** Whether dark is what is drawn now. */
  readonly dark = $derived.by(() => this.isDark(this.#theme));

  /** Whether a theme is dark; one that is none is the system's. */
  isDark(theme: string | null): boolean {
    const choice = oneOf(themes, theme);
    return choice === 'dark' || (choice === 'system' && this.#systemDark.current);
  }

  get theme(): ThemeChoice {
    return this.#theme;
  }
  set theme(choice: ThemeChoice) {
    this.#theme = choice;
    localStorage.setItem(themeKey, choice);
  }

  get density(): DensityChoice {
    return this.#density;
  }
  set density(choice: DensityChoice) {
    this.#density = choice;
    localStorage.setItem(densityKey, choice);
  }

  get navigation(): NavigationChoice {
    return this.#navigation;
  }
  set navigation(choice: NavigationChoice) {
    this.#navigation = choice;
    localStorage.setItem(navigationKey, choice);
  }

  /** Follows what another tab chose. */
  adopt({ key, newValue }: { key: string | null; newValue: string | null }): void {
    if (key === themeKey) this.#theme = oneOf(themes, newValue);
    if (key === densityKey) this.#density = oneOf(densities, newValue);
  }
}

function oneOf<const T extends readonly [string, ...string[]]>(choices: T, value: string | null): T[number] {
  return choices.find((choice) => choice === value) ?? choices[0];
}
