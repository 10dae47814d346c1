import { goto } from '$app/navigation';
import { page } from '$app/state';

/** Changes the query of the address in place; null or an empty text takes a parameter out. */
export function setQuery(changes: Record<string, string | null>): void {
  const url = new URL(page.url.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  void goto(url, { replace: true, reset: false });
}
