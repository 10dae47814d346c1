import { replaceState } from '$app/navigation';
import { page } from '$app/state';

/**
 * Makes a part of a page one that addresses point at: whoever comes with its name in the address sees it, and whoever
 * scrolls to it finds it in the address, so that a reload shows the same part.
 */
export const section = (name: string) => (element: HTMLElement) => {
  if (location.hash === `#${name}`) element.scrollIntoView({ block: 'start' });
  const observer = new IntersectionObserver(
    ([entry]) => {
      if (!entry?.isIntersecting || location.hash === `#${name}`) return;
      const atTop = scrollY < 100;
      const url = new URL(location.href);
      url.hash = atTop ? '' : name;
      if (url.href !== location.href) void replaceState(url, page.state);
    },
    // Whatever crosses a line in the upper part of the window is what one reads.
    { rootMargin: '-20% 0px -79% 0px' },
  );
  observer.observe(element);
  return () => observer.disconnect();
};
