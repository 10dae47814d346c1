import { calibrationEndpoints, type CalibrationStatus } from '@cobench/shared/calibrations/endpoints';
import { instrumentEndpoints, type Instrument } from '@cobench/shared/instruments/instrument';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Run } from '@cobench/shared/runs/run';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { RunSettings } from './run-settings.svelte.ts';

type Choice = { value: string; label: string; hint?: string };
const byHand: Choice = { value: '', label: 'No instrument' };
const stateWords = { up: '', down: 'Down', maintenance: 'In maintenance' };

/** What somebody fills in to create a run: anew, or with everything of another one but its results. */
export class NewRunForm {
  name = $state('');
  description = $state('');
  projectId = $state('');
  /** Empty: no instrument. */
  instrumentId = $state('');
  projects = $state.raw<readonly Choice[]>([]);
  readonly settings: RunSettings;
  /** The fetching of what there is to choose from. */
  readonly choices = new Submission();
  readonly submission = new Submission();
  #instruments = $state.raw<readonly Instrument[]>([]);
  #status = $state.raw<CalibrationStatus | null>(null);
  readonly #clonedFrom: string | null;
  readonly ready = $derived.by(() => this.name.trim() !== '' && this.projectId !== '' && this.settings.ready);
  readonly instruments = $derived.by((): readonly Choice[] => [
    byHand,
    ...this.#instruments.map(({ id, name, location, state }) => ({
      value: id,
      label: name,
      hint: [stateWords[state], location].filter((part) => part !== '').join(' · '),
    })),
  ]);
  /** How the chosen instrument stands; null while that is not known, and without one. */
  readonly standing = $derived.by(() => (this.#status?.instrumentId === this.instrumentId ? this.#status : null));

  constructor({ project, from }: { project: { id: string; name: string }; from?: Run | undefined }) {
    this.projectId = project.id;
    this.projects = [{ value: project.id, label: project.name }];
    this.settings = new RunSettings(from);
    this.#clonedFrom = from?.id ?? null;
    if (from === undefined) return;
    this.name = from.name;
    this.description = from.description;
    this.instrumentId = from.instrumentId ?? '';
  }

  /** Fetches what there is to choose from. */
  async loadChoices(): Promise<void> {
    const pages = await this.choices.send(() =>
      Promise.all([call(instrumentEndpoints.list, { limit: 200 }), call(projectEndpoints.list, { limit: 200 })]),
    );
    if (pages === null) return;
    const [instruments, projects] = pages;
    this.#instruments = instruments.items;
    const seen = projects.items.map(({ id, name }) => ({ value: id, label: name }));
    this.projects = [...this.projects.filter(({ value }) => !seen.some((one) => one.value === value)), ...seen];
  }

  /** Asks how the chosen instrument stands. Without an answer the run is told so when it is made. */
  async look(): Promise<void> {
    const id = this.instrumentId;
    if (id === '') return;
    try {
      const status = await call(calibrationEndpoints.status, { id });
      if (id === this.instrumentId) this.#status = status;
    } catch (error) {
      problemOf(error);
    }
  }

  /** The new run, or null when it was refused. */
  async submit(): Promise<Run | null> {
    const { name, description, instrumentId, projectId } = this;
    return this.submission.send(() =>
      call(runEndpoints.create, {
        projectId,
        name,
        description,
        instrumentId: instrumentId === '' ? null : instrumentId,
        ...this.settings.settings,
        steps: [...this.settings.steps],
        clonedFrom: this.#clonedFrom,
      }),
    );
  }
}
