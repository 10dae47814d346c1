import { typeName, type Doc, type Value } from '../../bson/value.ts';
import { location } from '../errors.ts';
import { compileExpression, fieldPath, type Reading, type Scope } from '../expression/expression.ts';
import { applyProjection, enter, projectionTree, type ProjectionTree } from '../projection-tree.ts';
import { parseProjection } from '../projection-spec.ts';

/** A stage that turns each document into one other. */
export type Transform = {
  /** Sets `scope.root`. */
  apply(doc: Doc, scope: Scope): Doc;
  /** True when nothing of the given document is left but what `fields` names. */
  narrows: boolean;
};

/** `$set`, `$project` and the other stages that an update may also use; `undefined` for all others. */
export function compileTransform(name: string, spec: Value, reading: Reading): Transform | undefined {
  switch (name) {
    case '$set':
    case '$addFields':
      return addFields(name, spec, reading);
    case '$unset':
      return unset(spec);
    case '$project':
      return project(spec, reading);
    case '$replaceRoot':
      return replaceRoot(newRoot(spec), reading);
    case '$replaceWith':
      return replaceRoot(spec, reading);
    default:
      return undefined;
  }
}

function addFields(name: string, spec: Value, reading: Reading): Transform {
  if (!(spec instanceof Map))
    throw location(40272, `${name} specification stage must be an object, got ${typeName(spec)}`);
  const tree = projectionTree();
  const nested = (doc: Doc, prefix: readonly string[]): void => {
    for (const [path, value] of doc) {
      const names = [...prefix, ...fieldPath(path)];
      if (value instanceof Map && value.size > 0 && !value.keys().next().value?.startsWith('$')) nested(value, names);
      else enter(tree, names, compileExpression(value, reading));
    }
  };
  nested(spec, []);
  return applying(tree, 'add');
}

function applying(tree: ProjectionTree, mode: 'add' | 'include' | 'exclude'): Transform {
  return {
    narrows: mode === 'include',
    apply(doc, scope) {
      scope.root = doc;
      return applyProjection(tree, mode, doc, scope);
    },
  };
}

function unset(spec: Value): Transform {
  const paths = Array.isArray(spec) ? spec : [spec];
  if (!Array.isArray(spec) && typeof spec !== 'string')
    throw location(31002, '$unset specification must be a string or an array');
  if (paths.length === 0)
    throw location(31119, '$unset specification must be a string or an array with at least one field');
  const tree = projectionTree();
  for (const path of paths) {
    if (typeof path !== 'string')
      throw location(31120, '$unset specification must be a string or an array containing only string values');
    enter(tree, fieldPath(path), 'named');
  }
  return applying(tree, 'exclude');
}

function project(spec: Value, reading: Reading): Transform {
  if (!(spec instanceof Map)) throw location(15969, '$project specification must be an object');
  if (spec.size === 0)
    throw location(51272, 'Invalid $project :: caused by :: projection specification must have at least one field');
  const { tree, mode } = parseProjection(spec, reading);
  return applying(tree, mode);
}

function newRoot(spec: Value): Value {
  if (!(spec instanceof Map))
    throw location(40229, `expected an object as specification for $replaceRoot stage, got ${typeName(spec)}`);
  for (const key of spec.keys())
    if (key !== 'newRoot') throw location(40415, `BSON field '$replaceRoot.${key}' is an unknown field.`);
  const root = spec.get('newRoot');
  if (root === undefined) throw location(40414, "BSON field '$replaceRoot.newRoot' is missing but a required field");
  return root;
}

function replaceRoot(spec: Value, reading: Reading): Transform {
  const evaluate = compileExpression(spec, reading);
  return {
    narrows: true,
    apply(doc, scope) {
      scope.root = doc;
      const root = evaluate(scope);
      if (root instanceof Map) return root;
      throw location(
        40228,
        `'newRoot' expression  must evaluate to an object, but resulting value was of type ${typeName(root)}`,
      );
    },
  };
}
