// Runs before the first paint, so that nobody sees a flash of the wrong theme. The rest is in lib/shell/appearance.svelte.ts.
(() => {
  const root = document.documentElement;
  const theme = localStorage.getItem('cobench.theme') ?? 'system';
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.classList.toggle('dark', dark);
  root.dataset.density = localStorage.getItem('cobench.density') ?? 'comfortable';
})();
