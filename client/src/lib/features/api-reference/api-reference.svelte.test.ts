import { expect, test } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { ApiReference } from './api-reference.svelte.ts';
import { fieldsOf, typeWords } from './schema-words.ts';

const document = {
  info: { title: 'Cobench API' },
  paths: {
    '/api/v1/projects': {
      get: {
        operationId: 'projects.list',
        tags: ['projects'],
        summary: 'All',
        responses: { 200: { description: 'Done' } },
      },
      post: {
        operationId: 'projects.create',
        tags: ['projects'],
        summary: 'Create',
        'x-minimum-role': 'engineer',
        requestBody: {
          content: { 'application/json': { schema: { type: 'object', properties: { name: { type: 'string' } } } } },
        },
        responses: {
          201: {
            description: 'Done',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Project' } } },
          },
          default: { description: 'Refused' },
        },
      },
    },
  },
  components: { schemas: { Project: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } } } },
};

test('the endpoints are grouped by tag, each with its role, body and answer', async () => {
  answers({ 'GET /api/openapi.json': document });
  const reference = new ApiReference();
  await reference.load();
  const [group] = reference.groups;
  expect(group?.endpoints.map(({ id, method, minimumRole, status }) => [id, method, minimumRole, status])).toEqual([
    ['projects.list', 'get', null, '200'],
    ['projects.create', 'post', 'engineer', '201'],
  ]);
  const answer = group?.endpoints[1]?.answer;
  expect(fieldsOf(answer!, reference.schemas).flatMap(({ properties }) => Object.keys(properties ?? {}))).toEqual([
    'id',
  ]);
});

test('a reference that cannot be read is told', async () => {
  answers({ 'GET /api/openapi.json': () => refusal('service.unavailable') });
  const reference = new ApiReference();
  await reference.load();
  expect(reference.now.state).toBe('failed');
});

test.each([
  [{ type: 'string', minLength: 1, maxLength: 120 }, 'text, at most 120 characters'],
  [{ type: 'integer', minimum: 1, maximum: 200 }, 'whole number from 1 to 200'],
  [{ type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 }, 'whole number'],
  [{ type: 'array', items: { $ref: '#/components/schemas/Run' }, maxItems: 500 }, 'list of Run, at most 500'],
  [{ anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] }, 'instant (ISO 8601, UTC) or null'],
  [{ type: ['string', 'null'] }, 'text or null'],
  [{ type: 'string', enum: ['open', 'closed'] }, '"open" | "closed"'],
  [{ const: 'log' }, '"log"'],
])('%j reads “%s”', (schema, words) => {
  expect(typeWords(schema)).toBe(words);
});
