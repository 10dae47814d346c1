import { z } from 'zod';

/** A JSON schema, as far as the reference shows it. */
export type Schema = {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  format?: string | undefined;
  description?: string | undefined;
  const?: unknown;
  default?: unknown;
  enum?: unknown[] | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  maxItems?: number | undefined;
  items?: Schema | undefined;
  properties?: Record<string, Schema> | undefined;
  required?: string[] | undefined;
  anyOf?: Schema[] | undefined;
  oneOf?: Schema[] | undefined;
};

const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    description: z.string().optional(),
    const: z.unknown().optional(),
    default: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    maxItems: z.number().optional(),
    items: Schema.optional(),
    properties: z.record(z.string(), Schema).optional(),
    required: z.array(z.string()).optional(),
    anyOf: z.array(Schema).optional(),
    oneOf: z.array(Schema).optional(),
  }),
);

const Content = z.record(z.string(), z.object({ schema: Schema }));
const Parameter = z.object({ in: z.string(), name: z.string(), required: z.boolean().default(false), schema: Schema });

const Operation = z.object({
  operationId: z.string(),
  tags: z.array(z.string()).default([]),
  summary: z.string(),
  'x-minimum-role': z.string().optional(),
  parameters: z.array(Parameter).default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: Content.optional() })),
});
type Operation = z.infer<typeof Operation>;

/** The part of an OpenAPI 3.1 document that the reference shows. */
export const OpenApi = z.object({
  info: z.object({ title: z.string(), description: z.string().default('') }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), Schema).default({}) }),
});
export type OpenApi = z.infer<typeof OpenApi>;

/** One endpoint, laid out for reading. */
export type EndpointEntry = {
  id: string;
  method: string;
  path: string;
  summary: string;
  minimumRole: string | null;
  /** Path and query, as the fields of one object; null when there are none. */
  parameters: Schema | null;
  body: Schema | null;
  status: string;
  answer: Schema | null;
};
export type EndpointGroup = { tag: string; endpoints: EndpointEntry[] };

/** The endpoints by their tag, in the order of the document. */
export function groupsOf(document: OpenApi): EndpointGroup[] {
  const groups = new Map<string, EndpointEntry[]>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags[0] ?? 'other';
      groups.set(tag, [...(groups.get(tag) ?? []), entryOf(method, path, operation)]);
    }
  }
  return [...groups].map(([tag, endpoints]) => ({ tag, endpoints }));
}

function entryOf(method: string, path: string, operation: Operation): EndpointEntry {
  const [status, done] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? [
    '200',
    undefined,
  ];
  return {
    id: operation.operationId,
    method,
    path,
    summary: operation.summary,
    minimumRole: operation['x-minimum-role'] ?? null,
    parameters: parametersOf(operation),
    body: operation.requestBody?.content['application/json']?.schema ?? null,
    status,
    answer: done?.content?.['application/json']?.schema ?? null,
  };
}

function parametersOf({ parameters }: Operation): Schema | null {
  if (parameters.length === 0) return null;
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  };
}
