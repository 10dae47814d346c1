import type { ActionPlan } from '@cobench/shared/alerts/action-plan';
import type { Series } from '@cobench/shared/series/series';
import { SeriesSaving } from './series-saving.svelte.ts';

export type PlanStep = { key: number; text: string; required: boolean };

/** As many as a plan may have. */
export const mostSteps = 30;

/** The action plan of a series while somebody writes it. */
export class PlanDraft {
  steps = $state.raw<readonly PlanStep[]>([]);
  ownerId = $state('');
  dueHours = $state<number | null>(null);
  /** Ages in minutes, one for each level; null where there is none. */
  escalation = $state<(number | null)[]>([null, null, null]);
  holdRules = $state.raw<readonly string[]>([]);
  readonly saving: SeriesSaving;
  readonly full = $derived.by(() => this.steps.length >= mostSteps);
  #keys = 0;

  constructor(series: Pick<Series, 'id' | 'revision' | 'plan'>) {
    this.saving = new SeriesSaving(series);
    const { checklist, ownerId, dueHours, escalateAfterMinutes, holdRules } = series.plan;
    this.steps = checklist.map((step) => ({ key: this.#keys++, ...step }));
    this.ownerId = ownerId ?? '';
    this.dueHours = dueHours;
    this.escalation = [0, 1, 2].map((level) => escalateAfterMinutes[level] ?? null);
    this.holdRules = holdRules;
  }

  /** The plan as written; steps without words are left out. */
  readonly plan = $derived.by((): ActionPlan => {
    const checklist = this.steps
      .map(({ text, required }) => ({ text: text.trim(), required }))
      .filter(({ text }) => text !== '');
    return {
      checklist,
      ownerId: this.ownerId === '' ? null : this.ownerId,
      dueHours: this.dueHours,
      escalateAfterMinutes: this.escalation.filter((age) => age !== null),
      holdRules: [...this.holdRules],
    };
  });

  /** A new step after this one, or at the end; answers its key, or null where there is no room. */
  add(after?: number): number | null {
    if (this.full) return null;
    const key = this.#keys++;
    const at = after === undefined ? this.steps.length : this.#placeOf(after) + 1;
    this.steps = this.steps.toSpliced(at, 0, { key, text: '', required: true });
    return key;
  }

  change(key: number, part: Partial<Omit<PlanStep, 'key'>>): void {
    this.steps = this.steps.map((step) => (step.key === key ? { ...step, ...part } : step));
  }

  remove(key: number): void {
    this.steps = this.steps.filter((step) => step.key !== key);
  }

  /** Moves a step one up or down; answers its new place, counted from 1, or null where it stays. */
  move(key: number, by: -1 | 1): number | null {
    const from = this.#placeOf(key);
    const to = from + by;
    const step = this.steps[from];
    if (!step || to < 0 || to >= this.steps.length) return null;
    this.steps = this.steps.toSpliced(from, 1).toSpliced(to, 0, step);
    return to + 1;
  }

  setEscalation(level: number, minutes: number | null): void {
    this.escalation = this.escalation.map((age, i) => (i === level ? minutes : age));
  }

  toggleHold(rule: string): void {
    this.holdRules = this.holdRules.includes(rule)
      ? this.holdRules.filter((id) => id !== rule)
      : [...this.holdRules, rule];
  }

  /** The series as saved; null when it was refused. */
  submit(): Promise<Series | null> {
    return this.saving.save({ plan: this.plan });
  }

  #placeOf(key: number): number {
    return this.steps.findIndex((step) => step.key === key);
  }
}
