import type { SealedPart } from '../../platform/sealed-files/sealer.ts';

type Deps = {
  /** Makes a part durable; answers its receipt. */
  put: (part: SealedPart) => Promise<string>;
  /** Notes that it is, and all before it. */
  record: (part: SealedPart, receipt: string) => Promise<void>;
};

/** While one part is on its way into the store, the next one is gathered and sealed. */
const mostUnderWay = 2;

/** Parts on their way into the store: a bounded number at a time, recorded in their order. */
export class PartLine {
  readonly #deps: Deps;
  readonly #underWay: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Resolves when there is room for another. @throws what became of an earlier one */
  async add(part: SealedPart): Promise<void> {
    const { put, record } = this.#deps;
    const [before, stored] = [this.#last, put(part)];
    // Told by `add` or `settled`, whichever comes to it.
    stored.catch(() => undefined);
    const recorded = before.then(async () => record(part, await stored));
    recorded.catch(() => undefined);
    this.#last = recorded;
    this.#underWay.push(recorded, stored.then(ignore, ignore));
    while (this.#underWay.length > 2 * (mostUnderWay - 1)) await this.#underWay.shift();
  }

  /** Resolves when all are recorded. @throws what became of one that is not; none is on its way any more */
  async settled(): Promise<void> {
    const outcomes = await Promise.allSettled([...this.#underWay, this.#last]);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

const ignore = (): void => undefined;
