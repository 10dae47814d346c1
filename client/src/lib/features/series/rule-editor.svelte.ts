import { checkRule } from '@cobench/shared/spc/check-rule';
import { ruleSetNames, ruleSets, type RuleSetName } from '@cobench/shared/spc/rule-sets';
import type { Rule } from '@cobench/shared/spc/rules';
import { wordsOf } from './rule-words.ts';

/** A rule that is offered: whether it is judged by, and what is wrong with it. */
export type OfferedRule = { key: number; rule: Rule; on: boolean; problem: string | null };
type Offer = Omit<OfferedRule, 'problem'>;

export const ownRules = 'own';
export type RuleSetChoice = RuleSetName | typeof ownRules;

/** As many as a series may be judged by. */
export const mostRules = 20;

/** The rules that somebody chooses and edits: a preset, part of one, or rules of their own. */
export class RuleEditor {
  #offers = $state.raw<readonly Offer[]>([]);
  #keys = 0;

  readonly offered = $derived.by((): readonly OfferedRule[] =>
    this.#offers.map((offer) => ({ ...offer, problem: offer.on ? this.#problemOf(offer.rule) : null })),
  );
  /** The rules that are switched on, in their order. */
  readonly rules = $derived.by((): Rule[] => this.#offers.filter(({ on }) => on).map(({ rule }) => rule));
  /** The preset that all offered rules are from. */
  readonly choice = $derived.by((): RuleSetChoice => presetOf(this.#offers.map(({ rule }) => rule)) ?? ownRules);
  /** What is wrong with the set, in words; null where a series can be judged by it. */
  readonly problem = $derived.by((): string | null => {
    if (this.rules.length === 0) return 'Choose at least one rule.';
    if (this.rules.length > mostRules) return `A chart is judged by at most ${mostRules} rules.`;
    return this.offered.find(({ problem }) => problem !== null)?.problem ?? null;
  });

  constructor(rules: readonly Rule[]) {
    this.take(rules);
  }

  /** Shows these rules as switched on; the others of their preset beside them, switched off. */
  take(rules: readonly Rule[]): void {
    const preset = presetOf(rules);
    const all: readonly Rule[] = preset === null ? rules : ruleSets[preset];
    this.#offers = all.map((rule) =>
      this.#offer(
        rule,
        rules.some(({ id }) => id === rule.id),
      ),
    );
  }

  /** Goes over to a preset, all of its rules on; to rules of one's own, with what is there now. */
  choose(choice: RuleSetChoice): void {
    if (choice === ownRules) this.add();
    else this.#offers = ruleSets[choice].map((rule) => this.#offer(rule, true));
  }

  toggle(key: number): void {
    this.#replace(key, (offer) => ({ ...offer, on: !offer.on }));
  }

  /** Changes the data of a rule; its words follow. A rule of a preset that was changed is named apart from it. */
  edit(key: number, part: Partial<Omit<Rule, 'title'>>): void {
    this.#replace(key, (offer) => ({ ...offer, rule: edited(offer.rule, part) }));
  }

  /** A rule of one's own, to be edited. */
  add(): number {
    const ids = this.#offers.map(({ rule }) => rule.id);
    let number = 1;
    while (ids.includes(`R${number}`)) number++;
    const data = { window: 3, count: 3, zone: 1 };
    const offer = this.#offer({ id: `R${number}`, title: wordsOf(data), ...data }, true);
    this.#offers = [...this.#offers, offer];
    return offer.key;
  }

  remove(key: number): void {
    this.#offers = this.#offers.filter((offer) => offer.key !== key);
  }

  #offer(rule: Rule, on: boolean): Offer {
    return { key: this.#keys++, rule, on };
  }

  #replace(key: number, change: (offer: Offer) => Offer): void {
    this.#offers = this.#offers.map((offer) => (offer.key === key ? change(offer) : offer));
  }

  #problemOf(rule: Rule): string | null {
    const named = this.rules.filter(({ id }) => id === rule.id).length;
    return checkRule(rule) ?? (named > 1 ? `Two rules are named ${rule.id}.` : null);
  }
}

/** The preset that all of these rules are from, unchanged; null where there is none. */
export function presetOf(rules: readonly Rule[]): RuleSetName | null {
  if (rules.length === 0) return null;
  return (
    ruleSetNames.find((name) => rules.every((rule) => ruleSets[name].some((preset) => sameRule(preset, rule)))) ?? null
  );
}

const presets: readonly Rule[] = Object.values(ruleSets).flat();

/** How a rule of a preset that was changed is told from the published one. */
const changed = '-own';

function edited(rule: Rule, part: Partial<Omit<Rule, 'title'>>): Rule {
  // Where all points of a rule counted, they go on doing so.
  const inARow = part.window !== undefined && rule.count === rule.window;
  const next = consistent({ ...rule, ...part, ...(inARow && { count: part.window }) });
  if (part.id !== undefined) return next;
  const plain = next.id.endsWith(changed) ? next.id.slice(0, -changed.length) : next.id;
  const preset = presets.find(({ id }) => id === plain);
  if (preset === undefined) return { ...next, title: wordsOf(next) };
  return sameData(preset, next) ? preset : { ...next, id: `${plain}${changed}`, title: wordsOf(next) };
}

/** Where a pattern leaves no choice, the numbers follow it. */
function consistent(rule: Rule): Rule {
  if (rule.pattern === 'range') return { ...rule, window: 2, count: 2 };
  const inARow = rule.pattern === 'trend' || rule.pattern === 'alternating';
  return inARow ? { ...rule, count: rule.window, zone: 0 } : rule;
}

const sameRule = (one: Rule, other: Rule): boolean => one.id === other.id && sameData(one, other);
const sameData = (one: Rule, other: Rule): boolean =>
  one.window === other.window &&
  one.count === other.count &&
  (one.pattern ?? 'beyond') === (other.pattern ?? 'beyond') &&
  one.zone === other.zone;
