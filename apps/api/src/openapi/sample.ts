import type { JsonSchema } from './json-schemas.js';

const sharedPrefix = '#/components/schemas/';

/** A value of a schema, made of the examples that stand in it and in what it refers to. */
export function sampleOf(schema: JsonSchema, shared: Readonly<Record<string, JsonSchema>>): unknown {
  if (schema.$ref !== undefined) return sampleOf(shared[schema.$ref.slice(sharedPrefix.length)] ?? {}, shared);
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  const [alternative] = schema.anyOf ?? schema.oneOf ?? [];
  if (alternative !== undefined) return sampleOf(alternative, shared);
  return sampleOfType(schema, shared);
}

function sampleOfType(schema: JsonSchema, shared: Readonly<Record<string, JsonSchema>>): unknown {
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, member]) => [name, sampleOf(member as JsonSchema, shared)]),
      );
    case 'array':
      return schema.items === undefined ? [] : [sampleOf(schema.items as JsonSchema, shared)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return schema.format === 'date-time' ? '2026-11-22T22:26:19.243Z' : 'text';
  }
}
