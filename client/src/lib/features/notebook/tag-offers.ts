import type { PropertiesInUse } from '@cobench/shared/notebook/entry';
import { cleanTag, tagKey } from '@cobench/shared/notebook/property-words';
import Plus from '@lucide/svelte/icons/plus';
import TagIcon from '@lucide/svelte/icons/tag';
import type { Pick, PickGroup } from '#lib/ui/pick-list.svelte.ts';

export type TagOffer = Pick & { tag: string };

type Tags = { used: PropertiesInUse['tags']; has: readonly string[] };

/** Tags in use that fit what is typed, without those that are there already. */
export function tagsInUse(typed: string, { used, has }: Tags): TagOffer[] {
  const there = new Set(has.map(tagKey));
  return used
    .filter(({ tag }) => !there.has(tagKey(tag)) && tagKey(tag).includes(tagKey(typed)))
    .slice(0, most)
    .map(({ tag, entries }) => ({ id: `tag ${tag}`, label: tag, icon: TagIcon, hint: String(entries), tag }));
}

const most = 12;

/** What can be added while `typed` stands in the box: tags in use, and first the typed one if it is new. */
export function tagOffers(typed: string, tags: Tags): PickGroup<TagOffer>[] {
  const wanted = tagKey(typed);
  const isKnown = [...tags.used.map(({ tag }) => tag), ...tags.has].some((tag) => tagKey(tag) === wanted);
  // With a comma it is several tags, each for itself.
  const label = typed.includes(',') ? `Add ${typed.trim()}` : `New tag “${cleanTag(typed)}”`;
  return [
    { items: wanted === '' || isKnown ? [] : [{ id: 'new', label, icon: Plus, tag: typed }] },
    { heading: 'Tags in use', items: tagsInUse(typed, tags) },
  ];
}
