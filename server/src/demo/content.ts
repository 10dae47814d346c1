/** What the demo organisations work on; bodies are the markdown files beside this one. */
export type DemoOrganisation = {
  slug: string;
  projects: readonly { name: string; description: string; entries: readonly { title: string; file: string }[] }[];
  instruments: readonly {
    name: string;
    kind: string;
    vendor: string;
    model: string;
    serial: string;
    location: string;
    calibrationRequired?: false;
  }[];
};

export const demoContent: readonly DemoOrganisation[] = [
  {
    slug: 'acme-labs',
    projects: [
      {
        name: 'Etch uniformity',
        description: 'Oxide etch on RIE-1 under 3 % within the wafer.',
        entries: [{ title: 'Focus ring comparison, lot ACM-2217', file: 'etch-uniformity.md' }],
      },
      {
        name: 'Gate oxide reliability',
        description: 'Breakdown and leakage of the 7 nm gate oxide.',
        entries: [{ title: 'Breakdown at 125 °C, lot GOX-114', file: 'gate-oxide-breakdown.md' }],
      },
      {
        name: 'ALD alumina',
        description: 'Growth and leakage of Al₂O₃ between 150 and 250 °C.',
        entries: [{ title: 'Growth per cycle at 200 °C', file: 'alumina-growth.md' }],
      },
    ],
    instruments: [
      {
        name: 'RIE-1',
        kind: 'Plasma etcher',
        vendor: 'Northfield',
        model: 'NF-80',
        serial: 'NF80-0412',
        location: 'Clean room, bay 3',
      },
      {
        name: 'ALD-2',
        kind: 'ALD reactor',
        vendor: 'Kestrel',
        model: 'Pulse 200',
        serial: 'KP2-1187',
        location: 'Clean room, bay 4',
      },
      {
        name: 'SMU-1',
        kind: 'Source-measure unit',
        vendor: 'Tarn',
        model: 'T2400',
        serial: 'T24-55310',
        location: 'Probe lab',
      },
      {
        name: 'ELL-1',
        kind: 'Ellipsometer',
        vendor: 'Lumen',
        model: 'SE-850',
        serial: 'SE8-2203',
        location: 'Metrology',
      },
      {
        name: 'XRD-1',
        kind: 'X-ray diffractometer',
        vendor: 'Bragg & Sons',
        model: 'D5',
        serial: 'BD5-078',
        location: 'Metrology',
        calibrationRequired: false,
      },
      {
        name: 'SEM-1',
        kind: 'Electron microscope',
        vendor: 'Vesper',
        model: 'FE-10',
        serial: 'VFE-310',
        location: 'Microscopy',
        calibrationRequired: false,
      },
      {
        name: 'OES-1',
        kind: 'Spectrometer',
        vendor: 'Lumen',
        model: 'S-2000',
        serial: 'LS2-0916',
        location: 'Clean room, bay 3',
        calibrationRequired: false,
      },
    ],
  },
  {
    slug: 'borealis-institute',
    projects: [
      {
        name: 'Fed-batch platform',
        description: 'Two-litre fed-batch runs for the antibody programme.',
        entries: [{ title: 'Fed-batch B-07', file: 'culture-log.md' }],
      },
      {
        name: 'Assay transfer',
        description: 'Binding assay on the second plate reader.',
        entries: [{ title: 'Reader comparison', file: 'assay-transfer.md' }],
      },
    ],
    instruments: [
      {
        name: 'BIO-A',
        kind: 'Bioreactor',
        vendor: 'Fjord',
        model: 'Duo 2L',
        serial: 'FD2-0071',
        location: 'Culture room',
      },
      {
        name: 'BIO-B',
        kind: 'Bioreactor',
        vendor: 'Fjord',
        model: 'Duo 2L',
        serial: 'FD2-0072',
        location: 'Culture room',
      },
      { name: 'PR-2', kind: 'Plate reader', vendor: 'Lumen', model: 'P96', serial: 'LP9-4410', location: 'Assay lab' },
    ],
  },
];
