import type { Alert } from '@cobench/shared/alerts/alert';
import { diffOf, type PhaseEpisode } from '@cobench/shared/series/episodes';
import type { LimitsVersion } from '@cobench/shared/series/phase';
import { UnfitRevision } from '@cobench/shared/series/revise';
import type { Revision, RevisionDiff } from '@cobench/shared/series/revision';
import type { Series } from '@cobench/shared/series/series';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import type { Beginning } from '../alerts/index.ts';
import type { Trail } from '../audit/index.ts';
import { derive, type Derivation } from './derivation.ts';
import { alertOf, completesBaseline, mostOpened } from './growth.ts';
import { versionOf } from './limits-version.ts';
import type { Chart, RevisionWrite, SpcRepo } from './series.repo.ts';
import type { MeasuredRun } from './subgroups.ts';

type ById = { id: string };
type Deps = {
  repo: SpcRepo;
  runOf: (orgId: string, id: string) => Promise<MeasuredRun | null>;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
};
type Making = Revision & { revision: number; reason: string };

/** How often a revision begins anew after limits changed by themselves meanwhile. */
const attempts = 10;

/** Changes of how points are judged: looked at before, and made. */
export function seriesRevisions({ repo, runOf, trail, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.series.find(orgId, id);
  const derived = (series: Series, revision: Revision, orgId: string): Promise<Derivation> =>
    derive(series, revision, { points: repo.points, orgId }).catch((error: unknown) => {
      if (error instanceof UnfitRevision) throw Object.assign(unfit(error), { cause: error });
      throw error;
    });

  async function differs(orgId: string, seriesId: string, derivation: Derivation) {
    const { plan, phases } = derivation;
    const alerts = await repo.alerts.since(orgId, seriesId, plan.range.first);
    const concerned = alerts.filter(({ firstIndex }) => firstIndex < plan.range.end);
    const alive = byAlarm(concerned.filter(({ withdrawn }) => withdrawn === null));
    const before = derivation.before().map((episode) => ({ ...episode, alertId: alive(episode).at(-1)?.id ?? null }));
    return { diff: { phases, ...diffOf(before, derivation.after()) }, alerts: concerned };
  }

  async function revised(actor: Actor, id: string, { revision: seen, reason, ...revision }: Making) {
    const { orgId } = actor;
    const first = await chartOf(orgId, id);
    if (first.series.revision !== seen) throw new Fault('edit.conflict');
    const derivation = await derived(first.series, revision, orgId);
    await derivation.advance(first.series.pointCount);
    const runs = await runsOf(orgId, derivation);
    const at = clock().toISOString();
    let before: Chart | null = null;
    const done = await trail.record(actor, 'series.revise', {
      before: async () => (before = await chartOf(orgId, id)).series,
      change: async () => {
        const chart = before;
        if (!chart || chart.series.revision !== seen) throw new Fault('edit.conflict');
        if (chart.series.limitsVersion !== first.series.limitsVersion) return null;
        const since = chart.series.pointCount - first.series.pointCount;
        if (completesBaseline({ ...first.series, phases: derivation.phases }, since)) return null;
        // What has come since then is judged here, where nothing else comes.
        await derivation.advance(chart.series.pointCount);
        const { diff, alerts } = await differs(orgId, id, derivation);
        const by = { byName: actor.name, at, reason, limitsVersion: first.series.limitsVersion + 1 };
        const write = writeOf(chart, derivation, { alerts, runs, by, revision });
        const changed = await repo.revise(orgId, chart, write);
        if (!changed) return null;
        return { ...changed, diff: { ...diff, appears: diff.appears.map((one) => named(one, write.opened)) } };
      },
      told: ({ series }) => series,
      reason,
    });
    return done;
  }

  async function chartOf(orgId: string, id: string): Promise<Chart> {
    const [chart] = await repo.series.charts(orgId, [id]);
    if (!chart) throw new Fault('resource.missing');
    return chart;
  }

  /** The runs of points that alarms may begin at. */
  async function runsOf(orgId: string, derivation: Derivation): Promise<Map<string, MeasuredRun>> {
    const starts = derivation.after().slice(-mostOpened);
    const ids = new Set(starts.map(({ firstIndex }) => derivation.signalled.get(firstIndex)?.point.runId ?? null));
    const runs = new Map<string, MeasuredRun>();
    for (const id of ids) {
      const run = id === null ? null : await runOf(orgId, id);
      if (run) runs.set(run.id, run);
    }
    return runs;
  }

  return {
    /** What a revision would change. @throws Fault `resource.missing`, `input.invalid` */
    async preview(actor: Actor, { id, ...revision }: ById & Revision): Promise<RevisionDiff> {
      const series = await authorize(actor, 'series.read', find(id));
      const derivation = await derived(series, revision, actor.orgId);
      await derivation.advance(series.pointCount);
      return (await differs(actor.orgId, id, derivation)).diff;
    },

    /** @throws Fault `resource.missing`, `input.invalid`; `edit.conflict` where somebody changed the series since it was seen. */
    async revise(actor: Actor, { id, ...making }: ById & Making): Promise<{ series: Series; diff: RevisionDiff }> {
      await authorize(actor, 'series.edit', find(id));
      const { orgId } = actor;
      for (let attempt = 0; attempt < attempts; attempt++) {
        const done = await revised(actor, id, making);
        if (!done) continue;
        const { series, diff, alerts } = done;
        await Promise.all([
          ...alerts.map((alert) => events.publish({ type: 'alert.changed', orgId, alert })),
          events.publish({ type: 'series.changed', orgId, series }),
        ]);
        return { series, diff };
      }
      throw new Fault('edit.conflict');
    },
  };
}

const unfit = ({ field, message }: UnfitRevision): Fault =>
  field === '' ? new Fault('input.invalid', { detail: message }) : invalidField(field, message);

type Writing = {
  alerts: readonly Alert[];
  runs: ReadonlyMap<string, MeasuredRun>;
  by: { byName: string; at: string; reason: string; limitsVersion: number };
  revision: Revision;
};

/** All that a revision writes. */
function writeOf(chart: Chart, derivation: Derivation, { alerts, runs, by, revision }: Writing): RevisionWrite {
  const { series } = chart;
  const { plan, phases, basedOn } = derivation;
  const { byName, at, reason } = by;
  const touched = phases.filter((_, i) => plan.drafts[i]?.touched);
  const kept = new Set(phases.map(({ limitsVersion }) => limitsVersion));
  const versions = touched.map((phase): LimitsVersion => {
    const basis = basedOn.get(phase.start) ?? null;
    return versionOf({ id: newId(), series, phase, basedOn: basis, at, byName, reason });
  });
  const settled = settledAlerts(derivation, alerts, (episode) => {
    const start = derivation.signalled.get(episode.firstIndex);
    const phase = phases.findLast((one) => one.start <= episode.firstIndex);
    if (!start || !phase) return null;
    const { runId } = start.point;
    const run = runId === null ? null : (runs.get(runId) ?? { id: runId, name: '', instrumentId: null });
    return alertOf(episode, { series, phase, verdict: start.verdict, run, id: newId(), at });
  });
  const newest = derivation.newest();
  const isNewest = newest !== null && newest.index === series.pointCount - 1;
  const startsAfresh = phases.at(-1)?.start === series.pointCount;
  const running = settled.running.filter(({ lastIndex }) => lastIndex === series.pointCount - 1);
  const excluded = { byName, at, reason };
  return {
    to: {
      ...chart,
      ...(isNewest && { head: newest.state, episodes: running }),
      ...(startsAfresh && { head: null, episodes: [] }),
      series: {
        ...series,
        phases,
        limitsVersion: Math.max(series.limitsVersion, ...kept),
        ...(isNewest && { lastValue: newest.value }),
        openAlerts: series.openAlerts + settled.more,
        version: series.version + 1,
        revision: series.revision + 1,
      },
    },
    exclusions: [
      { indices: revision.exclude ?? [], excluded },
      { indices: revision.include ?? [], excluded: null },
    ],
    checkpoints: derivation.checkpoints,
    versions,
    replaced: series.phases.map(({ limitsVersion }) => limitsVersion).filter((version) => !kept.has(version)),
    opened: settled.opened,
    extended: settled.extended.map((extension) => ({ ...extension, lastAt: at })),
    withdrawn: settled.withdrawn.map(({ id }) => id),
    restored: settled.restored.map(({ id }) => id),
    by,
  };
}

/**
 * What becomes of alerts: those without a signal left are withdrawn, alarms without an alert get back one that was
 * withdrawn, or a new one.
 */
function settledAlerts(
  derivation: Derivation,
  alerts: readonly Alert[],
  make: (episode: PhaseEpisode) => Alert | null,
) {
  const after = derivation.after();
  const alive = byAlarm(alerts.filter(({ withdrawn }) => withdrawn === null));
  const spare = byAlarm(alerts.filter(({ withdrawn }) => withdrawn !== null));
  const [opened, restored, running]: [Alert[], Alert[], PhaseEpisode[]] = [[], [], []];
  const extended: Omit<RevisionWrite['extended'][number], 'lastAt'>[] = [];
  const kept = new Set<Alert>();
  const back = new Set<Alert>();
  for (const [i, episode] of after.entries()) {
    // Where an alarm falls apart, its alert is that of the first part, as the diff has it.
    const own = alive(episode).filter((alert) => !kept.has(alert));
    for (const alert of own) kept.add(alert);
    const known = own.at(-1) ?? spareOf(spare(episode), episode, back);
    if (!known && after.length - i > mostOpened) continue;
    const alert = known ?? make(episode);
    if (!alert) continue;
    if (!known) opened.push(alert);
    else if (alert.withdrawn !== null) {
      back.add(alert);
      restored.push(alert);
    }
    if (known) {
      for (const { alert: one, first, last } of sharesOf(own.length > 0 ? own : [known], episode)) {
        const signals = last - first + 1;
        if (one.firstIndex === first && one.lastIndex === last && one.signals === signals) continue;
        const begins = one.firstIndex === first ? null : make({ ...episode, firstIndex: first });
        const more = { alertId: one.id, signals: signals - one.signals, lastIndex: last };
        extended.push({ ...more, ...(begins && { begins: beginningOf(begins) }) });
      }
    }
    // One that is closed does not go on.
    if (alert.state !== 'closed') running.push({ ...episode, alertId: alert.id });
  }
  const withdrawn = alerts.filter((alert) => alert.withdrawn === null && !kept.has(alert));
  const counted = (list: readonly Alert[]) => list.filter(({ state }) => state !== 'closed').length;
  const more = opened.length + counted(restored) - counted(withdrawn);
  return { opened, restored, withdrawn, extended, running, more };
}

/**
 * Which points of an alarm are those of which alert, where points of several have become one alarm: each from its own first on,
 * the first from where the alarm begins, the last to its end. Closed ones stay as they were.
 */
function sharesOf(alerts: readonly Alert[], { firstIndex, lastIndex }: PhaseEpisode) {
  let first = firstIndex;
  return alerts.flatMap((alert, i) => {
    const next = alerts[i + 1];
    const last = next ? Math.max(first, next.firstIndex - 1) : lastIndex;
    const share = { alert, first, last };
    first = alert.state === 'closed' ? Math.max(first, alert.lastIndex + 1) : last + 1;
    return alert.state === 'closed' || share.first > last ? [] : [share];
  });
}

const beginningOf = ({ firstIndex, value, limits, limitsVersion, phaseStart }: Alert): Beginning => ({
  firstIndex,
  value,
  limits,
  limitsVersion,
  phaseStart,
});

/** An alert that was withdrawn and is of this alarm: that which began with it, or else the newest. */
function spareOf(fitting: readonly Alert[], { firstIndex }: PhaseEpisode, back: ReadonlySet<Alert>): Alert | undefined {
  const free = fitting.filter((alert) => !back.has(alert));
  return free.find((alert) => alert.firstIndex === firstIndex) ?? free.at(-1);
}

/** Finds those of an alarm, which is of the same rule and side and over the same points in part; the newest is the last. */
function byAlarm(alerts: readonly Alert[]): (episode: PhaseEpisode) => Alert[] {
  const known = Map.groupBy(alerts, ({ rule, side }) => `${rule} ${side}`);
  return ({ rule, side, firstIndex, lastIndex }) =>
    (known.get(`${rule} ${side}`) ?? []).filter(
      (alert) => alert.firstIndex <= lastIndex && alert.lastIndex >= firstIndex,
    );
}

function named<E extends RevisionDiff['appears'][number]>(episode: E, opened: readonly Alert[]): E {
  const { rule, side, firstIndex } = episode;
  const alert = opened.find((one) => one.rule === rule && one.side === side && one.firstIndex === firstIndex);
  return alert ? { ...episode, alertId: alert.id } : episode;
}
