import type { Rule } from '@cobench/shared/spc/rules';
import { priceKey, type Price, type PriceAnswer, type PriceQuestion } from './rule-price.ts';

/** Works out prices somewhere that does not keep the page waiting. */
export type AskPrice = (question: PriceQuestion) => Promise<PriceAnswer>;

/** What rules cost, kept up with what is chosen: of several questions the newest is the one that is answered. */
export class RulePrices {
  state = $state<'working' | 'ready' | 'failed'>('working');
  /** The last answer stays while the next one is worked out. */
  #answer = $state.raw<PriceAnswer | null>(null);
  #waiting: PriceQuestion | null = null;
  #busy = false;
  readonly #ask: AskPrice;
  /** Of all rules that are switched on, together. */
  readonly all = $derived.by((): Price | null => this.#answer?.all ?? null);

  constructor(ask: AskPrice) {
    this.#ask = ask;
  }

  /** Of one rule alone. */
  of(rule: Rule): Price | null {
    return this.#answer?.alone[priceKey(rule)] ?? null;
  }

  async want(question: PriceQuestion): Promise<void> {
    this.#waiting = question;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#waiting !== null) {
      const next: PriceQuestion = this.#waiting;
      this.#waiting = null;
      try {
        this.#answer = await this.#ask(next);
        this.state = 'ready';
      } catch {
        // The rules can be chosen without their price; that it is missing is said.
        this.state = 'failed';
      }
    }
    this.#busy = false;
  }
}
