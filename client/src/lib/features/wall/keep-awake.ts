/** Keeps the display of a tablet or a phone from going dark while the page is in sight. Returns its clean-up. */
export function keepAwake(): () => void {
  let lock: Promise<WakeLockSentinel | null> = Promise.resolve(null);
  // Where a browser cannot or will not, the settings of its system decide.
  const hold = () => {
    if (document.visibilityState === 'visible' && 'wakeLock' in navigator)
      lock = navigator.wakeLock.request('screen').catch(() => null);
  };
  hold();
  document.addEventListener('visibilitychange', hold);
  return () => {
    document.removeEventListener('visibilitychange', hold);
    void lock.then((held) => held?.release());
  };
}
