/** How long a page stays (milliseconds): long enough to read it across the room. */
const staysFor = 12_000;

/** Turns pages by itself, unless somebody holds it. */
export class Paging {
  turn = $state(0);
  held = $state(false);

  /** Turns until the returned clean-up is called. */
  follow(): () => void {
    const timer = setInterval(() => {
      if (!this.held) this.turn++;
    }, staysFor);
    return () => clearInterval(timer);
  }
}
