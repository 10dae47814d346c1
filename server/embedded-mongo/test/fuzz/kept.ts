import type { Case } from './case.ts';

/**
 * Disagreements that the fuzz found and that were mistakes of this engine, each shrunk, with the right answer. One that is
 * printed by a run is added here together with its repair.
 */
export const KEPT: readonly {
  kind: Case['kind'];
  given: string;
  expected: { documents: string } | { code: number };
}[] = [
  {
    kind: 'aggregate',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"}}],"pipeline":[{"$addFields":{"m":{"$mod":[{"$numberInt":"1"},{"$numberDouble":"4.0"}]}}}]}',
    expected: { documents: '{"":[{"_id":{"$numberInt":"1"},"m":{"$numberInt":"1"}}]}' },
  },
  {
    kind: 'find',
    given: '{"docs":[{"_id":{"$numberInt":"1"}}],"filter":{"c.x":{"$size":{"$numberInt":"-1"}}}}',
    expected: { code: 2 },
  },
  {
    kind: 'aggregate',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"},"c":[{"$numberInt":"1"}]}],"pipeline":[{"$project":{"b":{"$numberDouble":"1.0"},"c.x.y":["a"]}}]}',
    expected: { documents: '{"":[{"_id":{"$numberInt":"1"},"c":[{"x":{"y":["a"]}}]}]}' },
  },
  {
    kind: 'update',
    given: '{"query":{"_id":{"$numberInt":"1"}},"update":{"$rename":{"c":"new.name"}},"upsert":true}',
    expected: { documents: '{"":[{"_id":{"$numberInt":"1"}}]}' },
  },
  {
    kind: 'update',
    given:
      '{"doc":{"_id":{"$numberInt":"7"},"a":{"$numberInt":"1"}},"query":{"_id":{"$numberInt":"7"}},"update":{"$setOnInsert":{"a.y":[]}}}',
    expected: { documents: '{"":[{"_id":{"$numberInt":"7"},"a":{"$numberInt":"1"}}]}' },
  },
  {
    kind: 'find',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"},"a":[{"$numberInt":"2"}],"b":{"$numberInt":"1"}}],"projection":{"a":{"$elemMatch":{"$gt":{"$numberInt":"1"}}},"_id":false}}',
    expected: { documents: '{"":[{"a":[{"$numberInt":"2"}],"b":{"$numberInt":"1"}}]}' },
  },
  {
    kind: 'find',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"},"c":{"$numberInt":"1"}}],"projection":{"b":{"$numberInt":"0"},"a":{"$elemMatch":{}}}}',
    expected: { documents: '{"":[{"_id":{"$numberInt":"1"},"c":{"$numberInt":"1"}}]}' },
  },
  {
    kind: 'find',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"}}],"projection":{"a":false,"a.x.x":{"$slice":[{"$numberInt":"1"},{"$numberInt":"1"}]}}}',
    expected: { code: 31249 },
  },
  {
    kind: 'find',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"}}],"projection":{"a.x":{"$slice":[{"$numberInt":"1"},{"$numberInt":"0"}]}}}',
    expected: { code: 28724 },
  },
  {
    kind: 'aggregate',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"}}],"pipeline":[{"$addFields":{"a":{"$reduce":{"input":{"$literal":[null]},"initialValue":[],"in":{"$add":["$$value","$$this"]}}}}}]}',
    expected: { code: 14 },
  },
  {
    kind: 'aggregate',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"},"c":{"x":{"$numberInt":"1"}}}],"pipeline":[{"$project":{"n":{"$concatArrays":["$b.y",[{"$arrayElemAt":["$c.x",{"$numberInt":"1"}]}]]}}}]}',
    expected: { documents: '{"":[{"_id":{"$numberInt":"1"},"n":null}]}' },
  },
  {
    kind: 'aggregate',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"}}],"pipeline":[{"$project":{"r":{"$substrCP":[{"$numberInt":"1"},{"$numberInt":"-1"},{"$numberInt":"-1"}]}}}]}',
    expected: { code: 34454 },
  },
  {
    kind: 'update',
    given:
      '{"query":{"_id":{"$numberInt":"1"},"c.x":[],"a":{"$numberInt":"1"}},"update":{"$push":{"c.$":{}},"$set":{"a.$":{"$numberInt":"1"}}},"upsert":true}',
    expected: { code: 2 },
  },
  {
    kind: 'aggregate',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"}}],"pipeline":[{"$group":{"_id":{"$numberInt":"1"},"m":{"$min":[{"$numberInt":"1"}]}}}]}',
    expected: { code: 40237 },
  },
  {
    kind: 'aggregate',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"},"d":{"$date":{"$numberLong":"1000"}}}],"pipeline":[{"$project":{"r":[{"$add":["$d",{"$numberDouble":"2.5"}]},{"$add":["$d",{"$numberDouble":"-0.5"}]},{"$subtract":["$d",{"$numberDouble":"1.5"}]}]}}]}',
    expected: {
      documents:
        '{"":[{"_id":{"$numberInt":"1"},"r":[{"$date":{"$numberLong":"1003"}},{"$date":{"$numberLong":"999"}},{"$date":{"$numberLong":"998"}}]}]}',
    },
  },
  {
    kind: 'find',
    given: '{"docs":[{"_id":{"$numberInt":"1"}}],"projection":{"":{"$numberInt":"1"}}}',
    expected: { code: 40352 },
  },
  {
    kind: 'aggregate',
    given: '{"docs":[{"_id":{"$numberInt":"1"}}],"pipeline":[{"$project":{"a":{"$bogus":{"$numberInt":"1"}}}}]}',
    expected: { code: 31325 },
  },
  {
    kind: 'aggregate',
    given:
      '{"docs":[{"_id":{"$numberInt":"1"},"a":{"$numberLong":"9223372036854775807"}}],"pipeline":[{"$project":{"r":[{"$mod":["$a",{"$numberLong":"5"}]}]}}]}',
    expected: { documents: '{"":[{"_id":{"$numberInt":"1"},"r":[{"$numberLong":"2"}]}]}' },
  },
];
