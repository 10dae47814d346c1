import { z } from 'zod';

/**
 * The roots of an entry's document that hold its properties, beside the body: `title` is a Y.Text, `tags` a Y.Map from
 * `tagKey` to the tag as it is written, `fields` a Y.Map from field id to a Y.Map of what a `StoredField` has.
 */
export const propertyRoots = { title: 'title', tags: 'tags', fields: 'fields' } as const;

/** What the server keeps of properties, in characters and numbers. The document may hold more: it is cut, and said so. */
export const propertyLimits = {
  title: 200,
  tags: 30,
  tag: 40,
  fields: 40,
  fieldName: 80,
  text: 2000,
  value: 120,
  unit: 20,
  options: 50,
  option: 80,
} as const;

/** The kinds of fields, in the order a menu shows them. */
export const fieldTypes = ['text', 'number', 'date', 'choice', 'person', 'sample'] as const;
export type FieldType = (typeof fieldTypes)[number];

const named = { id: z.string(), name: z.string() };

/** One field that people gave an entry. Values are kept as they were typed; empty until somebody fills them in. */
export const EntryField = z
  .discriminatedUnion('type', [
    z.object({ ...named, type: z.literal('text'), value: z.string() }),
    /** A decimal as typed, like `30.10` or `1e-8`: its digits say how exact it is. */
    z.object({ ...named, type: z.literal('number'), value: z.string(), unit: z.string() }),
    /** A day, `2026-11-21`. */
    z.object({ ...named, type: z.literal('date'), value: z.string() }),
    z.object({ ...named, type: z.literal('choice'), value: z.string(), options: z.array(z.string()) }),
    /** The id of a member of the organisation. */
    z.object({ ...named, type: z.literal('person'), value: z.string() }),
    /** The code on a sample, like `W-0142`. */
    z.object({ ...named, type: z.literal('sample'), value: z.string() }),
  ])
  .meta({ id: 'EntryField' });
export type EntryField = z.infer<typeof EntryField>;

/** Something in the document that the record cannot take as it is; `at` is `title`, `tags` or the id of a field. */
export const PropertyProblem = z.object({ at: z.string(), detail: z.string() }).meta({ id: 'PropertyProblem' });
export type PropertyProblem = z.infer<typeof PropertyProblem>;

/** What is typed about an entry beside its text. The title may be empty. */
export type Properties = { title: string; tags: string[]; fields: EntryField[] };

/** Properties as they were found, and what was wrong with them. */
export type PropertyReading = { properties: Properties; problems: PropertyProblem[] };

/** What an entry without a title is called. */
export const untitled = 'Untitled';

/** What people call a kind of field. */
export const fieldTypeTitle = {
  text: 'Text',
  number: 'Number',
  date: 'Date',
  choice: 'Choice',
  person: 'Person',
  sample: 'Sample',
} as const satisfies Record<FieldType, string>;

/** Units to choose from; any other can be typed. */
export const suggestedUnits = [
  '%',
  '°C',
  'K',
  'nm',
  'µm',
  'mm',
  'Å',
  's',
  'min',
  'h',
  'mTorr',
  'Pa',
  'mbar',
  'bar',
  'sccm',
  'W',
  'V',
  'mA',
  'nA',
  'Ω',
  'mg',
  'g',
  'µl',
  'ml',
  'mM',
  'ng/ml',
  'rpm',
  'pH',
] as const;
