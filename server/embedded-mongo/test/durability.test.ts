import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { killRounds } from './kill-rounds.ts';

it('killed again and again under load, it keeps what it acknowledged, whole transactions, and indexes that agree', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-kill-'));
  const report = await killRounds(join(folder, 'data.db'), 8, Math.random);
  rmSync(folder, { recursive: true });
  expect(report.problems).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(50);
}, 60_000);
