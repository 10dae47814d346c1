import { parseProperties } from '@cobench/shared/notebook/read-properties';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aPerson } from '../../../test/collab/link.ts';
import { aDocument } from '../../../test/collab/room-house.ts';
import { bodyText } from '@cobench/shared/editor/body-text';
import { projector, type Project } from './projector.ts';
import type { Flushed, Room } from './room.ts';

const project = vi.fn<Project>();
const warn = vi.fn<(cause: unknown) => void>();
const [ada, ben] = [aPerson(), aPerson()];

beforeEach(() => {
  vi.useFakeTimers();
  project.mockReset().mockResolvedValue(undefined);
  warn.mockReset();
});

afterEach(() => void vi.useRealTimers());

const paragraph = (...content: object[]) => ({ type: 'paragraph', content });
const text = (words: string) => ({ type: 'text', text: words });

function aFlush(over: Partial<Flushed> & { says?: string } = {}): Flushed {
  const { says = 'words', ...rest } = over;
  const reading = { text: says, properties: parseProperties({ title: '', tags: {}, fields: {} }) };
  const room = { read: async (view: (state: { reading(): unknown }) => unknown) => view({ reading: () => reading }) };
  return { room: room as unknown as Room, document: aDocument, by: ada, at: new Date(), ...rest };
}

describe('[RT28] lists follow the log', () => {
  test('at most once a second, with the last of what came', async () => {
    const { flushed } = projector({ project, warn });
    for (let at = 0; at < 50; at++) flushed(aFlush({ says: `version ${at}`, by: at === 49 ? ben : ada }));
    expect(project).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(project.mock.calls).toMatchObject([
      [aDocument, { text: 'version 49', editedBy: ben, at: expect.any(Date) }],
    ]);
    flushed(aFlush());
    await vi.advanceTimersByTimeAsync(1000);
    expect(project).toHaveBeenCalledTimes(2);
  });

  test('of every document for itself', async () => {
    const { flushed } = projector({ project, warn });
    const other = { ...aDocument, id: 'other' };
    flushed(aFlush());
    flushed(aFlush({ document: other }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(project.mock.calls.map(([document]) => document)).toEqual([aDocument, other]);
  });

  test('also at the end, without waiting', async () => {
    const projection = projector({ project, warn });
    projection.flushed(aFlush());
    await projection.close();
    expect(project).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('and go on after a failure', async () => {
    project.mockRejectedValueOnce(new Error('store away'));
    const { flushed } = projector({ project, warn });
    flushed(aFlush());
    await vi.advanceTimersByTimeAsync(1000);
    expect(warn).toHaveBeenCalledOnce();
    flushed(aFlush({ says: 'again' }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(project.mock.lastCall?.[1].text).toBe('again');
  });
});

test('[RT28] a body is read as text, line by line, whatever nodes it has', () => {
  const cell = (words: string) => ({ type: 'tableCell', content: [paragraph(text(words))] });
  const body = {
    type: 'doc',
    content: [
      { type: 'heading', attrs: { level: 1 }, content: [text('Etch')] },
      paragraph(text('rate '), { ...text('of'), marks: [{ type: 'bold' }] }, { type: 'hardBreak' }, text('silicon')),
      paragraph(),
      { type: 'table', content: [{ type: 'tableRow', content: [cell('a'), cell('b')] }] },
      paragraph(text('with '), { type: 'inlineMath', attrs: { latex: 'E=mc^2' } }),
      { type: 'fromTheFuture', content: [paragraph(text('kept'))] },
      { type: 'image', attrs: null },
    ],
  };
  expect(bodyText(body)).toBe(['Etch', 'rate of silicon', 'a', 'b', 'with E=mc^2', 'kept'].join('\n'));
});
