import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { largestFile } from '@cobench/shared/files/file';
import type { FileLimits } from '@cobench/shared/files/upload';
import type { Problem } from '@cobench/shared/errors';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** People set limits in GB, as disks are sold. */
const gigabyte = 1e9;

type Field = 'organisation' | 'person' | 'largestFile';

/** How much an organisation and each of its people may keep, as an administrator sets it. */
export class FileLimitsForm {
  /** GB as they are typed; empty: no limit. */
  typed = $state<Record<Field, string>>({ organisation: '', person: '', largestFile: '' });
  problem = $state.raw<Problem | null>(null);
  readonly sending = new Submission();
  #limits = $state.raw<FileLimits | null>(null);
  readonly isThere = $derived.by(() => this.#limits !== null);
  readonly problems = $derived.by(() => [...this.#unreadable(), ...(this.sending.fields ?? [])]);
  readonly maySave = $derived.by(() => this.#unreadable().length === 0 && !this.sending.busy);

  async load(): Promise<void> {
    try {
      this.#take(await call(fileEndpoints.limits, {}));
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** Whether they hold from now on. */
  async save(): Promise<boolean> {
    const revision = this.#limits?.revision;
    if (revision === undefined || !this.maySave) return false;
    const { organisation, person, largestFile: largest } = this.typed;
    const limits = {
      organisation: bytesIn(organisation),
      person: bytesIn(person),
      largestFile: bytesIn(largest) ?? largestFile,
      revision,
    };
    const saved = await this.sending.send(() => call(fileEndpoints.editLimits, limits));
    if (saved) this.#take(saved);
    else if (this.sending.problem?.type === 'edit.conflict') await this.load();
    return saved !== null;
  }

  #take(limits: FileLimits): void {
    this.#limits = limits;
    const { organisation, person } = limits;
    this.typed = {
      organisation: gigabytesOf(organisation),
      person: gigabytesOf(person),
      largestFile: limits.largestFile === largestFile ? '' : gigabytesOf(limits.largestFile),
    };
  }

  #unreadable(): { pointer: string; detail: string }[] {
    const wrong = (['organisation', 'person', 'largestFile'] as const).filter((field) => {
      const bytes = bytesIn(this.typed[field]);
      const most = field === 'largestFile' ? largestFile : Number.MAX_SAFE_INTEGER;
      return bytes !== null && !(bytes >= (field === 'largestFile' ? 1 : 0) && bytes <= most);
    });
    return wrong.map((field) => ({
      pointer: `/${field}`,
      detail: field === 'largestFile' ? 'A number of GB, at most 68.' : 'A number of GB, or nothing.',
    }));
  }
}

/** Null where there is no limit; NaN where it is no number. */
const bytesIn = (typed: string): number | null =>
  typed.trim() === '' ? null : Math.round(Number(typed.trim().replace(',', '.')) * gigabyte);

const gigabytesOf = (bytes: number | null): string => (bytes === null ? '' : String(bytes / gigabyte));
