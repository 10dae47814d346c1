import type { ClientSession, Collection } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyFile } from '../src/storage/verify.ts';
import { seeded } from './random.ts';
import { startRunning, type Running } from './running.ts';

/** Random transactions beside each other and beside plain writes, against a model of snapshots and claims. */
type Item = { _id: number; k?: string; v: number };
type View = Map<number, Item>;
type Outcome = 'done' | 112 | 11000;

let running: Running;
beforeAll(async () => {
  running = await startRunning();
});
afterAll(() => running.stop());

class Model {
  committed: View = new Map();
  readonly open = new Set<ModelTransaction>();
  readonly written = new Map<string, number>();
  now = 0;

  /** Whether a plain write of these would have to wait. */
  isHeld = (claims: string[]): boolean => [...this.open].some((one) => claims.some((claim) => one.claims.has(claim)));

  writePlain(change: Change): Outcome {
    const outcome = apply(this.committed, change);
    if (outcome === 'done') for (const claim of change.claims) this.written.set(claim, ++this.now);
    return outcome;
  }
}

class ModelTransaction {
  readonly view: View;
  readonly claims = new Set<string>();
  readonly changes: Change[] = [];
  readonly began: number;
  readonly model: Model;

  constructor(model: Model) {
    this.model = model;
    this.view = new Map(model.committed);
    this.began = model.now;
    model.open.add(this);
  }

  write(change: Change): Outcome {
    const others = [...this.model.open].filter((one) => one !== this);
    for (const claim of change.claims)
      if (others.some((one) => one.claims.has(claim)) || (this.model.written.get(claim) ?? 0) > this.began) return 112;
    for (const claim of change.claims) this.claims.add(claim);
    this.changes.push(change);
    return apply(this.view, change);
  }

  end(committed: boolean): void {
    this.model.open.delete(this);
    if (!committed) return;
    for (const id of this.changes.map((change) => change.id)) {
      const item = this.view.get(id);
      if (item) this.model.committed.set(id, item);
      else this.model.committed.delete(id);
    }
    this.model.now++;
    for (const claim of this.claims) this.model.written.set(claim, this.model.now);
  }
}

type Change = { id: number; before: Item | undefined; after: Item | undefined; claims: string[] };

function aChange(before: Item | undefined, id: number, after: Item | undefined): Change {
  const keys = before?.k === after?.k ? [] : [before?.k, after?.k];
  return { id, before, after, claims: [`id ${id}`, ...keys.filter((k) => k !== undefined).map((k) => `k ${k}`)] };
}

function apply(view: View, { id, before, after }: Change): Outcome {
  const isTaken = [...view.values()].some((item) => item._id !== id && item.k !== undefined && item.k === after?.k);
  if ((!before && view.has(id)) || isTaken) return 11000;
  if (after) view.set(id, after);
  else view.delete(id);
  return 'done';
}

const sorted = (items: Iterable<Item>): Item[] => [...items].toSorted((a, b) => a.v - b.v || a._id - b._id);

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call;
    return 'done';
  } catch (error) {
    return (error as { code: Outcome }).code;
  }
}

async function checkReading(
  items: Collection<Item>,
  { options, view, least }: { options: { session?: ClientSession }; view: View; least: number },
): Promise<void> {
  const all = [...view.values()];
  const found = items.find({ v: { $gte: least } }, { ...options, sort: { v: 1, _id: 1 } });
  expect(await found.toArray()).toEqual(sorted(all.filter((item) => item.v >= least)));
  expect(await items.countDocuments({ k: 'a' }, options)).toBe(all.filter((item) => item.k === 'a').length);
}

it.each(Array.from({ length: 6 }, (_, n) => n + 1))('keeps to the model of snapshots, seed %i', async (seed) => {
  const random = seeded(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const items: Collection<Item> = running.db.collection(`items${seed}`);
  await items.createIndex({ k: 1 }, { unique: true, sparse: true });
  await items.createIndex({ v: 1 });
  const model = new Model();
  const actors: { session?: ClientSession; transaction?: ModelTransaction }[] = [{}, {}, {}];
  const key = (): { k?: string } => (random() < 0.6 ? { k: 'abcdef'.charAt(below(6)) } : {});

  const end = async (actor: (typeof actors)[number], commit: boolean): Promise<void> => {
    if (commit) await actor.session?.commitTransaction();
    else await actor.session?.abortTransaction();
    await actor.session?.endSession();
    actor.transaction?.end(commit);
    delete actor.session;
    delete actor.transaction;
  };

  for (let step = 0; step < 250; step++) {
    const actor = random() < 0.2 ? undefined : actors[below(3)];
    if (actor && !actor.session) {
      actor.session = running.client.startSession();
      actor.session.startTransaction();
      // The driver begins with the first command, and so does the snapshot.
      await items.findOne({ _id: -1 }, { session: actor.session });
      actor.transaction = new ModelTransaction(model);
    }
    const options = actor?.session ? { session: actor.session } : {};
    const view = actor?.transaction?.view ?? model.committed;
    const kind = random();
    if (kind < 0.3) {
      await checkReading(items, { options, view, least: below(20) });
      continue;
    }
    if (actor && kind > 0.9) {
      await end(actor, random() < 0.7);
      continue;
    }
    const id = below(12);
    const before = view.get(id);
    const removes = before !== undefined && random() < 0.25;
    const change = aChange(before, id, removes ? undefined : { _id: id, ...key(), v: below(20) + step * 1e-4 });
    if (!actor && model.isHeld(change.claims)) continue;
    const expected = actor?.transaction ? actor.transaction.write(change) : model.writePlain(change);
    const call = !change.after
      ? items.deleteOne({ _id: id }, options)
      : before
        ? items.replaceOne({ _id: id }, { ...change.after }, options)
        : items.insertOne({ ...change.after }, options);
    expect({ step, change, outcome: await outcomeOf(call) }).toEqual({ step, change, outcome: expected });
    if (actor && expected !== 'done') await end(actor, false);
  }
  for (const actor of actors) if (actor.session) await end(actor, true);
  expect(sorted(await items.find().toArray())).toEqual(sorted(model.committed.values()));
  expect(verifyFile(running.file).problems).toEqual([]);
});
