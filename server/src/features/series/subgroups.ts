import { largestSubgroup, type Subgrouping } from '@cobench/shared/series/source';
import type { StoredPoint } from './series.repo.ts';

/** The run that measured, as far as alerts tell of it. */
export type MeasuredRun = { id: string; name: string; instrumentId: string | null };

/** The person or key that brought points. */
export type Bringer = { id: string; name: string };

/** One measurement, or a point as it was brought. */
export type Measured = {
  items: (number | null)[];
  size: number | null;
  at: string;
  /** Its name: no measurement is taken twice. */
  from: string;
  run: MeasuredRun | null;
  /** Its run had ended before. */
  late?: boolean;
  label: string;
  /** Who brought it; runs tell who measured. */
  by?: Bringer;
};

/** Measurements that wait for more of their subgroup. */
export type Subgroup = {
  items: (number | null)[];
  size: number | null;
  at: string;
  from: string[];
  run: MeasuredRun | null;
  /** Who brought the last of them. */
  by?: Bringer;
  /** Of a time: which span, counted from 1970. */
  span: number | null;
  /** Its run had ended when it measured: it is complete when another run measures. */
  ended: boolean;
};

/** A point to be, without its number. */
export type Made = { point: Omit<StoredPoint, 'index' | 'excluded'>; run: MeasuredRun | null };

/** What completes subgroups beside measurements: a run that ended, a time that came. */
export type Completion = { endedRun?: string | undefined; now?: Date | undefined };

/** A run that goes on for ever does not keep others waiting: so many have open subgroups. */
const mostOpen = 20;
/** What is measured in a span may come so much later (milliseconds). */
const grace = 5000;

/** What measurements make of the subgroups that wait: points, and subgroups that wait now. */
export function grouped(
  rule: Subgrouping,
  groups: readonly Subgroup[],
  { measured, endedRun, now }: { measured: readonly Measured[] } & Completion,
): { made: Made[]; groups: Subgroup[] } {
  if (rule.by === 'each') return { made: measured.map(asPoint), groups: [] };
  const made: Made[] = [];
  let open = groups.map((group) => ({ ...group }));
  const complete = (isOver: (group: Subgroup) => boolean) => {
    made.push(...open.filter(isOver).map(pointOf));
    open = open.filter((group) => !isOver(group));
  };
  const join = (group: Subgroup, one: Measured) => {
    const i = open.indexOf(group);
    open[i] = joined(group, one);
  };

  for (const one of measured) {
    switch (rule.by) {
      case 'count': {
        const [group] = open;
        if (group) join(group, one);
        else open.push(begun(one));
        complete(({ items }) => items.length >= rule.size);
        break;
      }
      case 'run': {
        const runId = one.run?.id;
        complete((group) => group.ended && group.run?.id !== runId);
        const group = open.find(({ run }) => run?.id === runId);
        if (group) join(group, one);
        else open.push(begun(one));
        complete(isFull);
        if (open.length > mostOpen) complete((group) => group === open[0]);
        break;
      }
      case 'time': {
        const span = spanOf(one.at, rule.seconds);
        // What comes late counts in the span that is open.
        complete((group) => group.span !== null && group.span < span);
        const [group] = open;
        if (group) join(group, one);
        else open.push({ ...begun(one), span });
        complete(isFull);
        break;
      }
      default:
        rule satisfies never;
    }
  }
  if (endedRun !== undefined && rule.by === 'run') complete(({ run, ended }) => run?.id === endedRun && !ended);
  if (now && rule.by === 'time') {
    complete(({ span }) => span !== null && (span + 1) * rule.seconds * 1000 + grace <= now.getTime());
  }
  return { made, groups: open };
}

const spanOf = (at: string, seconds: number): number => Math.floor(Date.parse(at) / 1000 / seconds);

const asPoint = ({ run, from, items, size, at, label, by }: Measured): Made => ({
  point: { items, size, at, from: [from], runId: run?.id ?? null, label, ...(by && { by }) },
  run,
});

const pointOf = ({ items, size, at, from, run, by }: Subgroup): Made => ({
  point: { items, size, at, from, runId: run?.id ?? null, label: '', ...(by && { by }) },
  run,
});

const begun = ({ items, size, at, from, run, by, late = false }: Measured): Subgroup => ({
  items,
  size,
  at,
  from: [from],
  run,
  span: null,
  ended: late,
  ...(by && { by }),
});

/** What comes after very many measurements goes into another subgroup. */
const isFull = ({ items }: Subgroup): boolean => items.length >= largestSubgroup;

function joined(group: Subgroup, one: Measured): Subgroup {
  return {
    ...group,
    items: [...group.items, ...one.items],
    size: group.size === null || one.size === null ? null : group.size + one.size,
    at: one.at > group.at ? one.at : group.at,
    from: [...group.from, one.from],
    run: one.run,
    ...(one.by && { by: one.by }),
  };
}
