import type { Episode } from './point.ts';
import type { JudgedPoint } from './judge-points.ts';
import { spansOf } from './judge-points.ts';
import { mostInDiff, type RevisionDiff } from './revision.ts';
import type { Phase } from './phase.ts';

/** An alarm of a phase. */
export type PhaseEpisode = Episode & { phaseStart: number };

/** Turns signals, point by point, into alarms: consecutive signals of one rule on one side, within one phase. */
export function episodeLog(running: readonly PhaseEpisode[] = []) {
  /** By rule, that which the next point may go on with. */
  const open = new Map<string, PhaseEpisode>();
  const carried = running.map((episode) => ({ ...episode }));
  for (const episode of carried) open.set(keyOf(episode.rule, episode.side), episode);
  const begun: PhaseEpisode[] = [];

  return {
    add(index: number, phase: Pick<Phase, 'start' | 'rules'>, { rules, sides }: JudgedPoint): void {
      for (const [i, rule] of rules.entries()) {
        const side = sides[i] ?? null;
        const known = open.get(keyOf(rule, side));
        if (known?.lastIndex === index - 1 && known.phaseStart === phase.start) {
          known.lastIndex = index;
          known.signals++;
          continue;
        }
        const title = phase.rules.find(({ id }) => id === rule)?.title ?? rule;
        const place = { firstIndex: index, lastIndex: index, phaseStart: phase.start };
        const episode = { rule, title, side, ...place, signals: 1, alertId: null };
        open.set(keyOf(rule, side), episode);
        begun.push(episode);
      }
    },
    /** Those that began here, in their order. */
    begun: (): PhaseEpisode[] => begun,
    /** Those of before as they are now, in the order that they were given in. */
    carried: (): PhaseEpisode[] => carried,
    /** Those that a point after `last` goes on with. */
    running: (last: number): PhaseEpisode[] => [...open.values()].filter(({ lastIndex }) => lastIndex === last),
  };
}

/** The alarms of judged points, of which the first has this index. */
export function episodesOf(
  judged: readonly JudgedPoint[],
  { phases, first = 0 }: { phases: readonly Phase[]; first?: number },
): PhaseEpisode[] {
  const log = episodeLog();
  for (const { phase, start, end } of spansOf(phases, { first, end: first + judged.length })) {
    for (let index = start; index < end; index++) {
      const point = judged[index - first];
      if (point && point.rules.length > 0) log.add(index, phase, point);
    }
  }
  return log.begun();
}

/**
 * Which alarms are the same before and after: of one rule and side, and over the same points in part. Each is matched once,
 * the earlier ones first.
 */
export function matched<B extends Episode, A extends Episode>(before: readonly B[], after: readonly A[]) {
  const waiting = new Map<string, B[]>();
  for (const episode of byStart(before)) {
    const key = keyOf(episode.rule, episode.side);
    waiting.set(key, [...(waiting.get(key) ?? []), episode]);
  }
  const next = new Map<string, number>();
  const pairs: { before: B; after: A }[] = [];
  const appears: A[] = [];
  const vanishes = new Set(before);
  for (const episode of byStart(after)) {
    const key = keyOf(episode.rule, episode.side);
    const list = waiting.get(key) ?? [];
    let at = next.get(key) ?? 0;
    while (at < list.length && Number(list[at]?.lastIndex) < episode.firstIndex) at++;
    const same = list[at];
    if (same && same.firstIndex <= episode.lastIndex) {
      pairs.push({ before: same, after: episode });
      vanishes.delete(same);
      at++;
    } else {
      appears.push(episode);
    }
    next.set(key, at);
  }
  return { pairs, appears, vanishes: byStart([...vanishes]) };
}

/** What comes and goes between two states of a chart; of very many the newest are named. */
export function diffOf(before: readonly Episode[], after: readonly Episode[]): Omit<RevisionDiff, 'phases'> {
  const { pairs, appears, vanishes } = matched(before, after);
  return {
    appears: appears.slice(-mostInDiff).map(episodeOf),
    vanishes: vanishes.slice(-mostInDiff).map(episodeOf),
    appearing: appears.length,
    vanishing: vanishes.length,
    stays: pairs.length,
  };
}

const episodeOf = ({ rule, title, side, firstIndex, lastIndex, signals, alertId }: Episode): Episode => ({
  rule,
  title,
  side,
  firstIndex,
  lastIndex,
  signals,
  alertId,
});

const byStart = <E extends Episode>(episodes: readonly E[]): E[] =>
  episodes.toSorted((a, b) => a.firstIndex - b.firstIndex);

const keyOf = (rule: string, side: string | null): string => `${rule} ${side ?? ''}`;
