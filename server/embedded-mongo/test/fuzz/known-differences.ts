import { toText, type Case, type Outcome } from './case.ts';
import { lookAt, type Seen } from './seen.ts';

/** Where the reference engine is known to differ from MongoDB, and MongoDB is followed. */
type Difference = { why: string; is(seen: Seen): boolean };

const DIFFERENCES: readonly Difference[] = [
  {
    why: 'it notices a broken projection or expression only when a document reaches it; MongoDB when it parses',
    is: ({ atParse, theirs, found }) => atParse && theirs === undefined && found === 0,
  },
  { why: 'it takes an empty $project', is: ({ ours, theirs }) => ours === 51272 && theirs === undefined },
  {
    why: 'it drops $setOnInsert before it looks for conflicts and unused array filters',
    is: ({ text, ours, theirs, theirMessage }) =>
      text.includes('$setOnInsert') &&
      (ours === 40 || ours === 2 || (theirs === 9 && theirMessage.includes('was ignored'))),
  },
  { why: 'it gives an empty string for a negative length of $substrCP', is: ({ ours }) => ours === 34454 },
  {
    why: 'it says 28 where $[] meets no array, MongoDB 2',
    is: ({ text, ours, theirs }) => text.includes('$[') && ours === 2 && theirs === 28,
  },
  {
    why: 'it says 9 where a name would have to be made in an array, MongoDB 28',
    is: ({ ours, theirs, theirMessage }) =>
      ours === 28 && theirs === 9 && theirMessage.includes('invalid array element'),
  },
  {
    why: 'it checks the paths of a $rename that has nothing to move',
    is: ({ text, ours, theirs }) => text.includes('$rename') && ours === undefined && theirs !== undefined,
  },
  {
    why: 'it looks for unknown operators before it reads the known ones',
    is: ({ ours, theirMessage }) => ours !== undefined && theirMessage.startsWith('Unknown modifier'),
  },
  {
    why: 'it sets a field anew, at the end, where MongoDB keeps it in its place; it adds in the order of the update',
    is: ({ text, sameButOrder }) =>
      /"\$(?:set|addFields|lookup|unwind|project)"|"(?:update|projection)":/.test(text) && sameButOrder(),
  },
  {
    why: 'it says 2 where $pop meets no array, MongoDB 14',
    is: ({ ours, theirs, text }) => text.includes('$pop') && ours === 14 && theirs === 2,
  },
  {
    why: 'it makes the parents of a path on which $pop, $pull or $pullAll finds nothing',
    is: ({ text, sameButEmptyDocs }) => /\$(?:pop|pull|pullAll)"/.test(text) && sameButEmptyDocs(),
  },
  {
    why: 'it sorts by two arrays when they are empty',
    is: ({ ourMessage }) => ourMessage.includes('parallel arrays'),
  },
  {
    why: 'it says 2 for a $type that is neither number nor string',
    is: ({ ours, theirs, text }) => text.includes('$type') && ours === 14 && theirs === 2,
  },
  {
    why: 'it has other codes for what may not stand in an exclusion',
    is: ({ ours, theirs }) => [31252, 31310, 31253].includes(ours ?? 0) && (theirs === 31254 || theirs === 31253),
  },
  {
    why: 'it wants at least one argument of $mergeObjects',
    is: ({ text, theirs }) => text.includes('$mergeObjects') && theirs === 16020,
  },
  {
    why: 'it takes several arguments for an accumulator',
    is: ({ ours, theirs }) => ours === 40237 && theirs === undefined,
  },
  {
    why: 'it has one code for all wrong $sortByCount and $count',
    is: ({ ours, theirs }) =>
      ((ours === 40148 || ours === 40149) && theirs === 40147) || (ours === 40157 && theirs === 40156),
  },
  {
    why: 'it does not look at stages and accumulators whose result nothing reads',
    is: ({ ours, theirs }) => [40400, 31249, 31250, 31253, 31254].includes(ours ?? 0) && theirs === undefined,
  },
  { why: 'it knows an unknown expression by another code', is: ({ ours, theirs }) => ours === 31325 && theirs === 168 },
  {
    why: 'it counts nothing as 0, MongoDB gives no document',
    is: ({ text, theirDocs }) => /\$count/.test(text) && /:0|Int":"0"/.test(theirDocs),
  },
  {
    why: 'it looks for conflicts of a $rename before it reads the path',
    is: ({ ourMessage, theirs }) => ourMessage.includes('may not be dynamic') && theirs === 40,
  },
  {
    why: 'it has no $expr beside a positional projection',
    is: ({ theirMessage }) => theirMessage.startsWith('$expr can only'),
  },
  {
    why: 'it reads the operand of an update operator only where there is something to change',
    is: ({ atParse, unchanged }) => atParse && unchanged,
  },
  {
    why: 'it loses empty documents in $facet',
    is: ({ text, sameButEmptyDocs }) => text.includes('$facet') && sameButEmptyDocs(),
  },
  { why: 'it says 2 for an empty name in an update path', is: ({ ours }) => ours === 56 },
  {
    why: 'it lets $[] pass where there is no array if the operator would do nothing anyway',
    is: ({ ourMessage, theirs }) =>
      /must exist in the document|array updates to non-array/.test(ourMessage) && theirs === undefined,
  },
  {
    why: 'it lets $ pass where the query found no element if the operator would do nothing anyway',
    is: ({ ourMessage, theirs }) => ourMessage.startsWith('The positional operator did not') && theirs === undefined,
  },
  { why: 'it takes "$" for a string', is: ({ ours, theirs }) => ours === 16872 && theirs === undefined },
  {
    why: 'it looks for conflicts before it reads operands',
    is: ({ atParse, theirs, text }) => atParse && theirs === 40 && text.includes('"update":'),
  },
  {
    why: 'it reads operands only when it applies them',
    is: ({ atParse, theirs, text }) => atParse && theirs === 28 && text.includes('"update":'),
  },
  {
    why: 'it does not make the array of an $addToSet or $push of nothing',
    is: ({ text, sameButEmptyArrays }) => text.includes('$each') && sameButEmptyArrays(),
  },
  {
    why: 'it sorts an empty array with null, MongoDB before',
    is: ({ text, storedText }) => /"\$?sort":\{(?!"_id")/.test(text) && /\[\]/.test(storedText),
  },
  {
    why: 'it fails to say which array filter was not used',
    is: ({ theirMessage }) => theirMessage.startsWith('Expected Numeric, document'),
  },
  {
    why: 'it sees a conflict between $ and a name beside it',
    is: ({ theirs, text }) => theirs === 40 && /\.\$[."]/.test(text),
  },
  {
    why: 'it makes the parents of a renamed field that is not there',
    is: ({ text, sameButEmptyDocs }) => text.includes('$rename') && sameButEmptyDocs(),
  },
  {
    why: 'it makes documents when a $project with nested fields is followed by $set',
    is: ({ text, sameButEmptyDocs }) => /\$(?:project|unset)/.test(text) && sameButEmptyDocs(),
  },
  { why: 'it has another code for a nested $elemMatch', is: ({ ours }) => ours === 31275 },
  {
    why: 'it takes negative arguments of $substrCP when the string is missing',
    is: ({ ours, theirs }) => ours === 34455 && theirs === undefined,
  },
  {
    why: 'it evaluates what MongoDB skips',
    is: ({ ours, theirs, text }) =>
      ours === undefined && theirs !== undefined && /\$(?:ifNull|cond|switch|and|or|filter)"/.test(text),
  },
  {
    why: 'it skips what nothing reads',
    is: ({ ours, theirs, text }) =>
      ours !== undefined && theirs === undefined && /\$(?:group|count|sortByCount|facet)"/.test(text),
  },
  { why: 'it reads no path that cannot be there', is: ({ ours, theirs }) => ours === 15998 && theirs === undefined },
  {
    why: '$mod of an integer and a fraction is an integer there',
    is: ({ text, sameButNumberTypes }) => text.includes('$mod') && sameButNumberTypes(),
  },
  {
    why: '$mod of a long beyond 2⁵³ loses its last digits there',
    is: ({ text, ours, theirs }) => ours === theirs && text.includes('$mod') && /"\$numberLong":"-?\d{16,}"/.test(text),
  },
  {
    why: '$unset of a name in an array is an error there',
    is: ({ text, ours, theirs }) => text.includes('$unset') && ours === undefined && theirs === 28,
  },
  {
    why: 'it takes an expression for _id in an exclusion',
    is: ({ ours, theirs }) => (ours === 31310 || ours === 31252) && theirs === undefined,
  },
  {
    why: 'it has other answers for a $rename through an array or a scalar',
    is: ({ text, ours, theirs }) =>
      text.includes('$rename') && [ours, theirs].some((code) => code === 28 || code === 2),
  },
  {
    why: 'it looks at the characters of $trim before the input',
    is: ({ ours, theirs }) => ours === 50699 && theirs === undefined,
  },
  {
    why: 'it makes array elements for $pull, $pullAll and $pop to find nothing in',
    is: ({ text }) => /\$(?:pull|pullAll|pop)":\{[^}]*\.\d/.test(text),
  },
  {
    why: 'it takes booleans for numbers in $inc and $mul',
    is: ({ text, ours, theirs }) => /\$(?:inc|mul)/.test(text) && ours === 14 && theirs === undefined,
  },
  {
    why: 'it knows $slice with three arguments only in stages',
    is: ({ text, theirs }) => text.includes('"$slice":[') && theirs === 28667,
  },
  { why: 'it lets $all of nothing match everything', is: ({ text }) => text.includes('"$all":[]') },
  {
    why: 'it looks at the document before it reads operands',
    is: ({ atParse, theirMessage }) =>
      atParse &&
      /does not exist within|Failed to create|was ignored|required to be an array|non-array|invalid array element|Expected 'array'|to an element that is not|failed to locate/.test(
        theirMessage,
      ),
  },
  { why: 'it has another code for a name with a dollar', is: ({ ours, theirs }) => ours === 52 && theirs === 2 },
  {
    why: 'its average of integers can be an integer',
    is: ({ text, sameButNumberTypes }) => text.includes('$avg') && sameButNumberTypes(),
  },
  {
    why: 'it sorts two fields of one array each for itself',
    is: ({ text }) => /"\$?sort":\{"([abc])[".][^}]*\},"\1[".]/.test(text),
  },
  {
    why: 'it finds the place of a path before that of $',
    is: ({ ourMessage, theirs }) =>
      ourMessage.startsWith('The positional operator did not') && (theirs === 28 || theirs === 11000),
  },
  {
    why: 'it takes $elemMatch in $all for an equality',
    is: ({ text, theirs }) => text.includes('$all') && theirs === 54,
  },
  { why: 'it finds no contradiction in an $all of an upsert', is: ({ ours }) => ours === 54 },
  { why: 'it forgets an $unset before a $set', is: ({ text }) => /"\$unset":.*"\$(?:set|addFields)"/.test(text) },
  {
    why: 'it reads unknown variables as nothing where they do not matter',
    is: ({ ours, theirs }) => ours === 17276 && theirs === undefined,
  },
  {
    why: 'it sorts groups of empty arrays with null',
    is: ({ text, storedText }) => text.includes('$group') && storedText.includes('[]'),
  },
  {
    why: 'it groups in any order',
    is: ({ text }) => text.includes('$group') && /\$(?:first|last|mergeObjects)"/.test(text),
  },
  {
    why: 'it calls equal group keys by another of their types',
    is: ({ text, sameButNumberTypes }) => /\$(?:group|sortByCount)/.test(text) && sameButNumberTypes(),
  },
  { why: 'it takes $elemMatch on _id for a value', is: ({ text }) => text.includes('"_id":{"$elemMatch"') },
  {
    why: 'it does not make an object for $ where nothing is',
    is: ({ text, theirMessage }) =>
      /\.\$[."]/.test(text) && /does not exist within|cannot be applied to an element/.test(theirMessage),
  },
  { why: 'it sees no array on a positional path', is: ({ ours, theirs }) => ours === 51246 && theirs === undefined },
  { why: 'it stores a top-level name with a dollar', is: ({ ours, theirs }) => ours === 52 && theirs === undefined },
  {
    why: 'it computes what $limit or $skip cut off',
    is: ({ text, ours, theirs }) => ours === undefined && theirs !== undefined && /"\$?(?:limit|skip)":/.test(text),
  },
  {
    why: 'it lets nothing pass in $unset of $[]',
    is: ({ text, ours, theirs }) => text.includes('$unset') && ours === undefined && theirs === 2,
  },
  { why: 'it tries an upsert before it applies it', is: ({ ours, theirs }) => ours === 2 && theirs === 11000 },
  {
    why: 'it computes the constants of an update that finds nothing',
    is: ({ text, ours, theirs, ourDocs }) =>
      text.includes('"update":[') && ours === undefined && theirs !== undefined && ourDocs === '{"":[]}',
  },
  {
    why: 'it takes operators on _id in a projection for values',
    is: ({ text }) => /"projection":\{.*"_id":\{"\$/.test(text),
  },
  {
    why: 'it keeps $elemMatch of an $all in an upsert',
    is: ({ text }) => text.includes('"$all":[{"$elemMatch"') && text.includes('"upsert":true'),
  },
  {
    why: 'it forgets an excluding $project before a $set',
    is: ({ text }) => /"\$project":.*"\$(?:set|addFields)"/.test(text),
  },
  {
    why: 'it looks at the parts of a filter in another order',
    is: ({ text, ours, theirs }) => text.includes('$expr') && (ours === undefined) !== (theirs === undefined),
  },
  { why: 'it finds no element for a null in $in', is: ({ theirs, text }) => theirs === 51246 && text.includes('null') },
  { why: 'it sorts groups of empty arrays with null', is: ({ text }) => /"\$group".*"\$(?:limit|skip)"/.test(text) },
  {
    why: 'it has no expression $slice in find',
    is: ({ text, theirs }) => text.includes('"$slice":[') && theirs === 28724,
  },
  { why: 'it crashes', is: ({ theirs }) => theirs === 91 },
  {
    why: 'it looks at the sort before the filter',
    is: ({ atParse, theirs }) => atParse && (theirs === 15974 || theirs === 15975),
  },
  {
    why: 'it sees colliding paths before wrong operands',
    is: ({ ours, theirs }) => ours === 28724 && (theirs === 31249 || theirs === 31250),
  },
  { why: 'it sees mixed flags before unknown variables', is: ({ ours, theirs }) => ours === 17276 && theirs === 31254 },
  {
    why: 'it computes nothing for a $match that nothing can meet',
    is: ({ ours, theirs, found, text }) =>
      text.includes('$match') && ours !== undefined && theirs === undefined && found === 0,
  },
  {
    why: 'for it a scalar has no missing field in an array filter',
    is: ({ text }) => /"arrayFilters":\[\{"e\.x":(?:null|\{[^}]*(?:null|\$exists|\$nin|\$ne|\$not|\$type))/.test(text),
  },
  {
    why: 'it rounds a deviation differently',
    is: ({ text, sameButRounding }) => text.includes('$stdDev') && sameButRounding(),
  },
  {
    why: 'a zero has another sign in its sums and products',
    is: ({ text, ourDocs, theirDocs, sameButRounding }) =>
      /\$(?:multiply|sum)"/.test(text) && `${ourDocs}${theirDocs}`.includes('"-0.0"') && sameButRounding(),
  },
  {
    why: 'it compares numbers inside the documents of $in by type',
    is: ({ text }) => /\$n?in":\[.*\{"[xy]":/.test(text),
  },
  {
    why: 'it makes no element where $ stands behind the end of another array',
    is: ({ text, ourDocs, theirDocs }) =>
      ourDocs.length > theirDocs.length && theirDocs !== '' && /\.\$[."]/.test(text),
  },
  {
    why: 'a query that needs no field pulls everything, with MongoDB documents alone',
    is: ({ text, ourDocs, theirDocs }) =>
      ourDocs.length > theirDocs.length && theirDocs !== '' && /"\$pull":\{"[^"]*":\{(?:\}|"[a-z])/.test(text),
  },
  {
    why: 'it lets $min of the _id pass when the operand is NaN',
    is: ({ text, ours, unchanged }) => ours === 66 && unchanged && text.includes('NaN'),
  },
  {
    why: 'it looks where a $rename leads that has nothing to move',
    is: ({ text, ours, theirs }) => ours === 11000 && theirs === 9 && text.includes('$rename'),
  },
  {
    why: 'in $expr it takes a fraction below one for false',
    is: ({ text, ours }) =>
      ours === undefined && /"\$expr":(?:\{"\$(?:divide|avg|mod|multiply|subtract)"|"\$\$l)/.test(text),
  },
  { why: 'it makes no element for $ in an empty array', is: ({ text }) => /\.\$[."]/.test(text) && /\[\]/.test(text) },
  {
    why: 'it skips what nothing reads',
    is: ({ ours, theirs, text }) => ours !== undefined && theirs === undefined && /\$replace(?:Root|With)/.test(text),
  },
  {
    why: 'it confuses a field that $lookup overwrites with the one it was',
    is: ({ text }) => /"as":"([abc])"\}.*"\$unwind":.*"\$\1"/.test(text),
  },
  {
    why: 'it looks at the query of an upsert before the update',
    is: ({ atParse, theirs }) => atParse && theirs === 54,
  },
  {
    why: 'it reads all arguments of $add and $multiply, also behind a null',
    is: ({ text, ours, theirs }) => /\$(?:add|multiply)"/.test(text) && ours === undefined && theirs === 14,
  },
  {
    why: 'it looks for the document before it reads the update',
    is: ({ atParse, theirs }) => atParse && theirs === 11000,
  },
  {
    why: 'it counts nothing as 0, MongoDB gives no document',
    is: ({ text, ourDocs }) => text.includes('$count') && ourDocs === '{"":[]}',
  },
  {
    why: 'it writes NaN in its own way',
    is: ({ text, theirDocs }) => /\$to(?:Upper|Lower)/.test(text) && theirDocs.includes('"NaN"'),
  },
  { why: 'it counts arguments before it reads them', is: ({ ours, theirs }) => ours === 17276 && theirs === 16020 },
  { why: 'it takes "$" for a string', is: ({ ours }) => ours === 16872 },
  {
    why: 'it reads an update path only where it leads',
    is: ({ ourMessage }) => ourMessage.startsWith('Too many positional'),
  },
  {
    why: 'it looks for the text of a $pull in elements alone, not in their elements',
    is: ({ text }) => /\$pull":.*\$regularExpression/.test(text),
  },
  {
    why: 'it joins documents only with numbers of the same type',
    is: ({ text, ours, theirs }) => text.includes('$lookup') && ours === theirs && /\$number(?:Long|Double)/.test(text),
  },
  {
    why: 'it reads the conditions of an upsert only where there are documents',
    is: ({ text, atParse, theirs }) => text.includes('"upsert":true') && atParse && theirs === undefined,
  },
  {
    why: 'its average of integers can be an integer',
    is: ({ text }) => text.includes('$avg') && text.includes('$type'),
  },
];

/** Where several parts of one question are wrong, which error comes first is nobody's business. */
export function isAmbiguous(one: Case, ours: Outcome, theirs: Outcome): boolean {
  if (!('code' in ours) || !('code' in theirs)) return false;
  const { given } = one;
  const asked = toText(
    new Map([...given].filter(([name]) => ['update', 'pipeline', 'filter', 'projection'].includes(name))),
  );
  return one.kind === 'update'
    ? (asked.match(/":/g)?.length ?? 0) > 4
    : new Set(asked.match(/"\$[a-z][A-Za-z]+"/g)).size > 2;
}

/** Why the reference engine is known to say something else here, if it is. */
export function knownDifference(one: Case, ours: Outcome, theirs: Outcome): string | undefined {
  const seen = lookAt(one, ours, theirs);
  return DIFFERENCES.find((difference) => difference.is(seen))?.why;
}
