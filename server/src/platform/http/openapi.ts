import { minimumRole } from '@cobench/shared/access/permissions';
import { pathParameters, type Endpoint } from '@cobench/shared/endpoint';
import { Problem } from '@cobench/shared/errors';
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';

/** The API reference, made of the same contracts that the server binds: OpenAPI 3.1. */
export function openApiDocument(groups: Readonly<Record<string, Readonly<Record<string, Endpoint>>>>): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const [tag, contracts] of Object.entries(groups)) {
    for (const [name, contract] of Object.entries(contracts)) {
      const path = contract.path.replace(/:(\w+)/g, '{$1}');
      paths[path] = { ...paths[path], [contract.method]: operation(tag, name, contract) };
    }
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Cobench API',
      version: '1',
      description: 'Sign in with a browser session, an API key or a personal token.',
    },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'cobench.sid' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, cbk_…, or a personal token, cbp_…' },
      },
    },
    security: [{ session: [] }, { apiKey: [] }],
    paths,
  });
}

function operation(tag: string, name: string, contract: Endpoint): ZodOpenApiOperationObject {
  const { parameters, rest } = splitInput(contract);
  const inQuery = contract.method === 'get' || contract.upload !== undefined;
  const hasRest = Object.keys(rest.shape).length > 0;
  const { access } = contract;
  return {
    operationId: `${tag}.${name}`,
    tags: [tag],
    summary: contract.summary,
    ...(access === 'anybody' && { security: [] }),
    ...(access !== 'signed-in' && access !== 'anybody' && { 'x-minimum-role': minimumRole[access] }),
    requestParams: { path: parameters, ...(inQuery && hasRest && { query: rest }) },
    ...(!inQuery && hasRest && { requestBody: { required: true, content: { 'application/json': { schema: rest } } } }),
    ...(contract.upload && { requestBody: { required: true, content: fileContent(contract.upload) } }),
    responses: {
      [contract.status ?? 200]: {
        description: 'Done',
        content: { [contract.file ? 'application/octet-stream' : 'application/json']: { schema: contract.output } },
      },
      default: { description: 'Refused', content: { 'application/problem+json': { schema: Problem } } },
    },
  };
}

const fileContent = (types: readonly string[]) =>
  Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } as const }]));

/** The flat input of a contract, parted into path parameters and the rest (query or body). */
function splitInput({ path, input }: Endpoint): { parameters: z.ZodObject; rest: z.ZodObject } {
  if (!(input instanceof z.ZodObject)) throw new TypeError(`The input of ${path} must be an object schema.`);
  const named = new Set(pathParameters(path));
  const fields = Object.entries(input.shape);
  return {
    parameters: z.object(Object.fromEntries(fields.filter(([name]) => named.has(name)))),
    rest: z.strictObject(Object.fromEntries(fields.filter(([name]) => !named.has(name)))),
  };
}
