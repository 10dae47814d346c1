import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { runStates } from '@cobench/shared/runs/life-cycle';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { newId } from '../../src/platform/new-id.ts';
import { call } from '../../test/call.ts';
import type { Cobench } from './house.ts';

export type Board = { get: number[]; list: number[]; create: number[]; calibration: number[]; bareGet: number[] };
type Row = { _id: string; [field: string]: unknown };

/** What people ask of a board of so many runs, one question after another; and the bare query of one of them. */
export async function board(house: Cobench, { stored, times }: { stored: number; times: number }): Promise<Board> {
  const connection = await house.connection();
  const rows = connection.collection<Row>('runs');
  const template = await rows.findOne({ _id: (await house.runs(1))[0]?.split('/')[4] ?? '' });
  if (!template) throw new Error('There is no run to copy.');
  const ids: string[] = [];
  for (let done = 0; done < stored; done += 1000) {
    const some = Array.from({ length: 1000 }, (_, i): Row => {
      const state = (done + i) % 100 === 0 ? runStates[i % runStates.length] : 'completed';
      return { ...template, _id: newId(), name: `Run ${done + i}`, state, createdAt: new Date(Date.now() - done - i) };
    });
    await rows.insertMany(some);
    ids.push(...some.map(({ _id }) => _id));
  }
  const { person, projectId } = house;
  const instrument = await call(person, instrumentEndpoints.create, { name: 'Bench tool' });
  const took: Board = { get: [], list: [], create: [], calibration: [], bareGet: [] };
  for (let n = 0; n < times; n++) {
    const id = ids[(n * 7919) % ids.length] ?? '';
    const state = runStates[n % runStates.length];
    took.get.push(await timed(() => call(person, runEndpoints.get, { id })));
    took.bareGet.push(await timed(() => rows.findOne({ _id: id })));
    took.list.push(await timed(() => call(person, runEndpoints.list, { state, limit: 50 })));
    took.create.push(await timed(() => call(person, runEndpoints.create, { projectId, name: `New ${n}` })));
    took.calibration.push(await timed(() => call(person, calibrationEndpoints.status, { id: instrument.id })));
  }
  await connection.close();
  return took;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
