import { NewUpload } from '@cobench/shared/files/upload';
import type { Actor } from '../platform/access.ts';
import type { Services } from '../services.ts';
import { certificatePdf } from './certificate-pdf.ts';
import { noise, type Noise } from './noise.ts';
import { pngOf } from './png.ts';

/** A file of the demo: of a project, and of a run or of the entry there where it says so. */
type DemoFile = {
  project: string;
  name: string;
  folder: string;
  tags: readonly string[];
  /** The name of a run, or `entry` for the first entry of the project. */
  of?: string;
  bytes(random: Noise): Buffer;
};

const text = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);
const csv = (head: string, rows: number, row: (index: number) => readonly (number | string)[]): Buffer =>
  text([head, ...Array.from({ length: rows }, (_, index) => row(index).join(','))]);

/** Etch depth at sites of a wafer, as a map from blue to red over the deviation from its mean. */
function waferMap(random: Noise): Buffer {
  const [side, radius] = [480, 225];
  const tilt = random.normal(0.4, 0.05);
  return pngOf({ width: side, height: side }, (x, y) => {
    const [dx, dy] = [(x - side / 2) / radius, (y - side / 2) / radius];
    const r = Math.hypot(dx, dy);
    if (r > 1 || (dy > 0.97 && Math.abs(dx) < 0.25)) return [255, 255, 255];
    const level = Math.min(1, Math.max(0, 0.3 + 0.55 * r * r + 0.2 * tilt * dx));
    return [Math.round(255 * level), Math.round(200 * (1 - Math.abs(2 * level - 1))), Math.round(255 * (1 - level))];
  });
}

/** Grains of alumina as a microscope sees them. */
function micrograph(random: Noise): Buffer {
  const grains = Array.from({ length: 60 }, () => ({
    x: (random.normal(0, 1) * 0.35 + 0.5) * 480,
    y: (random.normal(0, 1) * 0.35 + 0.5) * 360,
    grey: random.normal(120, 30),
  }));
  return pngOf({ width: 480, height: 360 }, (x, y) => {
    if (y > 335) return x > 40 && x < 190 && y > 344 && y < 350 ? [255, 255, 255] : [10, 10, 10];
    let [nearest, second, grey] = [Infinity, Infinity, 0];
    for (const grain of grains) {
      const distance = Math.hypot(grain.x - x, grain.y - y);
      if (distance < nearest) [second, nearest, grey] = [nearest, distance, grain.grey];
      else if (distance < second) second = distance;
    }
    const level = Math.min(255, Math.max(0, Math.round(grey + (second - nearest < 2 ? 70 : 0) + random.normal(0, 6))));
    return [level, level, level];
  });
}

const ramp = (die: string): DemoFile => ({
  project: 'Gate oxide reliability',
  name: `${die} ramp.csv`,
  folder: 'GOX-114/Raw',
  tags: ['breakdown', 'smu'],
  of: `Leakage, ${die}`,
  bytes: (random) =>
    csv('gate_voltage_V,gate_current_nA', 451, (index) => {
      const voltage = index * 0.02;
      const leakage = 0.02 * Math.exp(0.61 * voltage);
      return [voltage.toFixed(2), Math.max(0, leakage + random.normal(0, 0.004)).toFixed(4)];
    }),
});

export const demoFiles: readonly DemoFile[] = [
  {
    project: 'Etch uniformity',
    name: 'ACM-2217 wafer 06 depth map.png',
    folder: 'ACM-2217/Maps',
    tags: ['depth', 'new ring'],
    of: 'Wafer 06, new ring',
    bytes: waferMap,
  },
  {
    project: 'Etch uniformity',
    name: 'ACM-2217 wafer 06 sites.csv',
    folder: 'ACM-2217/Raw',
    tags: ['depth', 'new ring'],
    of: 'Wafer 06, new ring',
    bytes: (random) =>
      csv('site,x_mm,y_mm,depth_nm', 49, (index) => {
        const [ring, angle] = [Math.ceil(Math.sqrt(index)), index * 2.399_96];
        const [x, y] = [ring * 10 * Math.cos(angle), ring * 10 * Math.sin(angle)];
        return [index + 1, x.toFixed(1), y.toFixed(1), random.normal(318 + ring * 0.8, 0.9).toFixed(2)];
      }),
  },
  {
    project: 'Etch uniformity',
    name: 'RIE-1 recipe OX-30.json',
    folder: 'Recipes',
    tags: ['recipe'],
    of: 'entry',
    bytes: () =>
      text([
        JSON.stringify(
          {
            recipe: 'OX-30',
            tool: 'RIE-1',
            steps: [
              { name: 'Gas stabilisation', seconds: 30, gas: { CHF3_sccm: 45, Ar_sccm: 15 }, pressure_mTorr: 30 },
              { name: 'Main etch', seconds: 180, power_W: 200, pressure_mTorr: 30 },
              { name: 'Over-etch', seconds: 45, power_W: 150, pressure_mTorr: 30 },
            ],
          },
          null,
          2,
        ),
      ]),
  },
  {
    project: 'Etch uniformity',
    name: 'RIE-1 chamber.log',
    folder: 'ACM-2217/Raw',
    tags: ['log'],
    of: 'Wafer 01, new ring',
    bytes: (random) =>
      text(
        Array.from({ length: 240 }, (_, index) => {
          const clock = new Date(Date.UTC(2026, 0, 12, 9, 0, index * 5)).toISOString().slice(11, 19);
          const pressure = random.normal(30, 0.22).toFixed(2);
          return `${clock}  INFO  chamber pressure ${pressure} mTorr, reflected ${random.normal(4.1, 0.3).toFixed(1)} W`;
        }),
      ),
  },
  {
    project: 'Etch uniformity',
    name: 'Focus ring drawing NF-80-117.pdf',
    folder: 'Documents',
    tags: ['ring'],
    of: 'entry',
    bytes: () =>
      certificatePdf([
        'Northfield NF-80, focus ring 117',
        'Quartz, 156.0 / 151.2 x 6.4 mm',
        'Seasoning: 20 wafers of OX-30',
      ]),
  },
  ramp('GOX-114 die 07'),
  ramp('GOX-114 die 08'),
  {
    project: 'Gate oxide reliability',
    name: 'Breakdown of lot GOX-114.md',
    folder: 'GOX-114',
    tags: ['breakdown', 'summary'],
    of: 'entry',
    bytes: () =>
      text([
        '# Breakdown of lot GOX-114 at 125 °C',
        '',
        '| Die | Breakdown (V) | Charge (C/cm²) |',
        '| --- | ---: | ---: |',
        '| 03 | 9.42 | 11.8 |',
        '| 05 | 9.31 | 11.2 |',
        '| 06 | 9.55 | 12.4 |',
        '',
        'Die 04 is left out: its pad was scratched by the probe.',
      ]),
  },
  {
    project: 'ALD alumina',
    name: 'Coupon C surface 50k.png',
    folder: 'SEM',
    tags: ['sem', 'surface'],
    of: 'Coupon C, 300 cycles',
    bytes: micrograph,
  },
  {
    project: 'ALD alumina',
    name: 'Growth per cycle.csv',
    folder: 'Ellipsometry',
    tags: ['thickness'],
    of: 'entry',
    bytes: (random) =>
      csv('cycles,site,thickness_nm,refractive_index', 27, (index) => {
        const cycles = 100 * (1 + Math.floor(index / 9));
        const thickness = random.normal(cycles * 0.108, 0.12).toFixed(2);
        return [cycles, (index % 9) + 1, thickness, random.normal(1.642, 0.002).toFixed(4)];
      }),
  },
  {
    project: 'ALD alumina',
    name: 'Coupon C diffractogram.tsv',
    folder: 'XRD',
    tags: ['xrd'],
    bytes: (random) =>
      text([
        'two_theta_deg\tcounts',
        ...Array.from({ length: 1201 }, (_, index) => {
          const angle = 20 + index * 0.05;
          const counts =
            40 + 900 * Math.exp(-(((angle - 69.1) / 0.12) ** 2)) + 14 * Math.exp(-(((angle - 30) / 6) ** 2));
          return `${angle.toFixed(2)}\t${Math.max(0, Math.round(random.normal(counts, Math.sqrt(counts))))}`;
        }),
      ]),
  },
];

type Given = { actor: Actor; projectIds: ReadonlyMap<string, string> };

/** Uploads what instruments and people left, each file as anybody would upload it. */
export async function fillFiles(services: Services, { actor, projectIds }: Given): Promise<void> {
  const random = noise(20_261_122);
  for (const file of demoFiles) {
    const projectId = projectIds.get(file.project);
    if (projectId === undefined) continue;
    const attachTo = await recordOf(services, { actor, projectId, of: file.of });
    const { name: filename, folder, tags } = file;
    const asked = NewUpload.parse({ filename, folder, tags, projectId, ...(attachTo && { attachTo }) });
    const bytes = file.bytes(random);
    await services.uploads.receiveWhole(actor, asked, {
      bytes: once(bytes),
      stop: () => undefined,
      again: async () => actor,
      most: bytes.length,
    });
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

type Owner = { actor: Actor; projectId: string; of: string | undefined };

async function recordOf({ runs, entries }: Services, { actor, projectId, of }: Owner) {
  if (of === undefined) return null;
  if (of === 'entry') {
    const { items } = await entries.list(actor, { projectId, limit: 1 });
    return items[0] ? { kind: 'entry' as const, id: items[0].id } : null;
  }
  const { items } = await runs.list(actor, { projectId, q: of, limit: 1 });
  return items[0] ? { kind: 'run' as const, id: items[0].id } : null;
}
