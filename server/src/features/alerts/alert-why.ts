import type { Alert } from '@cobench/shared/alerts/alert';
import { conventionsOf, ruleInWords } from '@cobench/shared/alerts/rule-in-words';
import { mostWhyPoints, type AlertWhy } from '@cobench/shared/alerts/why';
import type { Page } from '@cobench/shared/page';
import type { LimitsVersion, SeriesRule } from '@cobench/shared/series/phase';
import type { SeriesPoint } from '@cobench/shared/series/point';
import type { Series } from '@cobench/shared/series/series';
import { chartWords } from '@cobench/shared/spc/chart-words';
import { conventions } from '@cobench/shared/spc/conventions';
import type { Actor } from '../../platform/access.ts';
import { Fault } from '../../platform/fault.ts';

type ById = { id: string };
type Deps = {
  alerts: { get(actor: Actor, ref: ById): Promise<Alert> };
  series: {
    get(actor: Actor, ref: ById): Promise<Series>;
    points(actor: Actor, ask: ById & { after: number; limit: number }): Promise<{ items: SeriesPoint[] }>;
    limits(actor: Actor, ask: ById & { limit: number; cursor?: string | undefined }): Promise<Page<LimitsVersion>>;
  };
};
export type AlertReasons = ReturnType<typeof alertReasons>;

/** So many points before those that the rule looked at are shown with them. */
const before = 5;

/** Why alerts were raised, put together from the chart they are about. */
export function alertReasons({ alerts, series }: Deps) {
  async function limitsOf(actor: Actor, { seriesId, limitsVersion }: Alert): Promise<LimitsVersion | null> {
    let cursor: string | undefined;
    do {
      const page = await series.limits(actor, { id: seriesId, limit: 200, cursor });
      const found = page.items.find(({ version }) => version === limitsVersion);
      if (found) return found;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return null;
  }

  return {
    /** @throws Fault `resource.missing` */
    async why(actor: Actor, { id }: ById): Promise<AlertWhy> {
      const alert = await alerts.get(actor, { id });
      const [chart, limits] = await Promise.all([series.get(actor, { id: alert.seriesId }), limitsOf(actor, alert)]);
      const rule = ruleOf(alert, limits, chart);
      const start = limits?.start ?? alert.phaseStart;
      const window = { first: Math.max(start, alert.firstIndex - rule.window + 1), last: alert.firstIndex };
      const from = Math.max(0, window.first - before);
      const limit = Math.min(mostWhyPoints, alert.lastIndex - from + 1);
      const { items } = await series.points(actor, { id: chart.id, after: from - 1, limit });
      const { plots, center, deviation, source } = chartWords[chart.chart.kind];
      const titles = conventionsOf(rule);
      return {
        alert,
        rule,
        words: ruleInWords(rule, alert),
        window,
        points: items,
        limits,
        formula: `The chart plots ${plots}. Centre: ${center}. Standard deviation of a point: ${deviation}. ${limitWords(chart)}`,
        source,
        conventions: conventions.filter(({ title }) => titles.includes(title)).map(({ says }) => says),
      };
    },
  };
}

/** The rule as it was in that version of the limits; as it is now where that is not known. */
function ruleOf({ rule: id }: Alert, limits: LimitsVersion | null, { phases }: Series): SeriesRule {
  const rules = [...(limits?.rules ?? []), ...phases.toReversed().flatMap((phase) => phase.rules)];
  const rule = rules.find((one) => one.id === id);
  if (!rule) throw new Fault('resource.missing');
  return rule;
}

const limitWords = ({ chart: { kind, nsigmas, decisionInterval } }: Series): string =>
  kind === 'cusum'
    ? `Limits: ± ${decisionInterval}.`
    : `Limits: the centre ± ${nsigmas} of these, not beyond what is possible.`;
