import type { Locator } from 'playwright-core';

/** How long another person may wait until they see what somebody did (milliseconds). */
const soon = 1000;

/** Watches how soon others see what somebody does; `late` is what took longer than a second, with how long. */
export function witness() {
  const late: Record<string, number> = {};

  /** Acts, and waits until everything that is `shown` by it is there. Counted from the end of the act. */
  async function allSeen(shown: Record<string, Locator>, act: () => Promise<unknown>): Promise<void> {
    const [done, ...told] = await Promise.all([
      act().then(() => performance.now()),
      ...Object.entries(shown).map(async ([what, locator]) => {
        await locator.first().waitFor();
        return { what, at: performance.now() };
      }),
    ]);
    for (const { what, at } of told) if (at - done >= soon) late[what] = at - done;
  }
  const seen = (what: string, shown: Locator, act: () => Promise<unknown>): Promise<void> =>
    allSeen({ [what]: shown }, act);

  return { seen, allSeen, late };
}
