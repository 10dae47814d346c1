import type { Page } from 'playwright-core';

type Point = { x: number; y: number };

/** Moves files of this computer over a page, as the system does while a person drags them. */
export async function dragOver(page: Page, files: readonly string[], { x, y }: Point): Promise<void> {
  await dispatch(page, ['dragEnter', 'dragOver'], { files, x, y });
}

/** Drags files of this computer to a point of a page and lets go of them there. */
export async function dropFrom(page: Page, files: readonly string[], { x, y }: Point): Promise<void> {
  await dispatch(page, ['dragEnter', 'dragOver', 'drop'], { files, x, y });
}

type Kind = 'dragEnter' | 'dragOver' | 'drop';

async function dispatch(
  page: Page,
  kinds: readonly Kind[],
  { files, x, y }: Point & { files: readonly string[] },
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of kinds) await session.send('Input.dispatchDragEvent', { type, x, y, data });
  await session.detach();
}
