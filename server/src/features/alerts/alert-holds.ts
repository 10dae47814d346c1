import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { LockOut } from '@cobench/shared/instruments/lock-out';
import type { Project } from '@cobench/shared/projects/project';
import type { AlertRepo } from './alert.repo.ts';

export type HoldDeps = {
  repo: AlertRepo;
  instruments: { findAny(orgId: string, id: string): Promise<Instrument | null> };
  projects: { find(orgId: string, id: string): Promise<Project | null> };
};

/** Alerts that keep runs from starting on an instrument: those of the rules that the plan of their series names. */
export function alertHolds({ repo, instruments, projects }: HoldDeps) {
  return {
    /**
     * Why no run may start on an instrument because of an alert; null where one may. Safe within a transaction. The reason is
     * told to whoever has a run there, so an alert of a restricted project is not named in it.
     */
    async lockOutOf(orgId: string, instrumentId: string): Promise<LockOut | null> {
      const [alert] = await repo.holding(orgId, instrumentId);
      if (!alert) return null;
      const name = (await instruments.findAny(orgId, instrumentId))?.name ?? 'The instrument';
      const restricted = (await projects.find(orgId, alert.projectId))?.restricted ?? true;
      const why = restricted
        ? 'a control chart of a restricted project is out of control'
        : `${alert.seriesName} is out of control by rule ${alert.rule} (${alert.ruleTitle})`;
      const reason = `${name} is held until an alert is closed: ${why}.`;
      return { cause: 'alert', reason, calibrationId: null, alertId: alert.id };
    },
  };
}
