import type { ObjectStore } from '../../src/platform/storage/object-store.ts';

type Call = keyof ObjectStore;
/** What goes wrong. */
type Fault = {
  call: Call;
  /** Which of these calls fails, from 1; every one from then on with `andAfter`. */
  nth?: number;
  andAfter?: boolean;
  /** `before`: nothing was done. `after`: it was done, and the answer is lost. */
  when?: 'before' | 'after';
  error: Error | (() => Error);
};

/** A store whose calls fail as a test says; everything else goes through to the one within. */
export function failing(store: ObjectStore, ...faults: readonly Fault[]): ObjectStore & { calls: readonly Call[] } {
  const calls: Call[] = [];
  function faultOf(call: Call): Fault | undefined {
    calls.push(call);
    const nth = calls.filter((one) => one === call).length;
    return faults.find(
      (fault) =>
        fault.call === call && (nth === (fault.nth ?? 1) || (fault.andAfter === true && nth > (fault.nth ?? 1))),
    );
  }
  const errorOf = ({ error }: Fault): Error => (typeof error === 'function' ? error() : error);

  async function through<T>(call: Call, work: () => Promise<T>): Promise<T> {
    const fault = faultOf(call);
    if (!fault) return work();
    if (fault.when === 'after') await work();
    throw errorOf(fault);
  }
  async function* listing<T>(call: Call, items: () => AsyncIterable<T>): AsyncGenerator<T> {
    const fault = faultOf(call);
    if (fault && fault.when !== 'after') throw errorOf(fault);
    yield* items();
    if (fault) throw errorOf(fault);
  }

  return {
    calls,
    put: (key, bytes) => through('put', () => store.put(key, bytes)),
    startParts: (key) => through('startParts', () => store.startParts(key)),
    putPart: (upload, part) => through('putPart', () => store.putPart(upload, part)),
    completeParts: (upload, receipts) => through('completeParts', () => store.completeParts(upload, receipts)),
    abandonParts: (upload) => through('abandonParts', () => store.abandonParts(upload)),
    read: (key, range) => through('read', () => store.read(key, range)),
    sizeOf: (key) => through('sizeOf', () => store.sizeOf(key)),
    remove: (key) => through('remove', () => store.remove(key)),
    list: (prefix) => listing('list', () => store.list(prefix)),
    openParts: (before) => listing('openParts', () => store.openParts(before)),
    linkTo: (key, seconds) => through('linkTo', () => store.linkTo(key, seconds)),
    close: () => store.close(),
  };
}
