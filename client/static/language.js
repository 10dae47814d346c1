// A browser started in the POSIX locale (a wall screen without one set) calls its language "en-US@posix", which no
// formatter takes. Runs before everything else: the chart library asks for a formatter as it loads.
(() => {
  try {
    Intl.NumberFormat.supportedLocalesOf(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en-US' });
  }
})();
