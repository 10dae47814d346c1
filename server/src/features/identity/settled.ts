/** A callback of express-session as a promise. */
export const settled = (start: (done: (error?: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    start((error) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });
