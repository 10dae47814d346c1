/**
 * What is waited for, if it comes within so many milliseconds; whatever becomes of it later is nobody's any more.
 * @throws what `late` makes where it does not come in time, and what it throws itself.
 */
export async function inTime<T>(ms: number, waiting: Promise<T>, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  try {
    return await Promise.race([waiting, promise]);
  } finally {
    clearTimeout(timer);
  }
}
