/** Everything is behind a sign-in and live: the pages are drawn in the browser only. */
export const ssr = false;
export const prerender = false;
