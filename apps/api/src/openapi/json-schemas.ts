import { z } from 'zod';

/** A schema as OpenAPI 3.1 has it: JSON Schema 2020-12. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

type Direction = 'input' | 'output';

const localPrefix = '#/$defs/';
const sharedPrefix = '#/components/schemas/';

/**
 * JSON Schemas of zod's, in which whatever has an id (`.meta({ id })`) stands once, under `components.schemas`. A schema that
 * JSON Schema cannot tell of as it is (a number in a query is text) says with `.meta({ jsonSchema })` how to tell of it.
 */
export class JsonSchemas {
  readonly #shared = new Map<string, JsonSchema>();

  /** @param direction `input` for what callers send, `output` for what they get. */
  of(schema: z.ZodType, direction: Direction): JsonSchema {
    const own = convert(schema, direction);
    for (const [id, definition] of Object.entries(own.$defs ?? {})) this.#share(id, definition);
    delete own.$defs;
    delete own.$schema;
    return withSharedReferences(own);
  }

  get shared(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#shared].sort(([one], [other]) => one.localeCompare(other)));
  }

  #share(id: string, definition: JsonSchema): void {
    const schema = withSharedReferences(definition);
    const known = this.#shared.get(id);
    if (known && JSON.stringify(known) !== JSON.stringify(schema))
      throw new Error(`The schema id ${id} stands for two schemas.`);
    this.#shared.set(id, schema);
  }
}

function convert(schema: z.ZodType, io: Direction): JsonSchema {
  return z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => tidy(jsonSchema, { told: toldOf(zodSchema), io }),
  });
}

function toldOf(schema: z.core.$ZodType): JsonSchema | undefined {
  return z.globalRegistry.get(schema)?.['jsonSchema'] as JsonSchema | undefined;
}

const annotations = new Set(['$ref', 'id', 'title', 'description', 'examples', 'default']);

function tidy(schema: JsonSchema, { told, io }: { told: JsonSchema | undefined; io: Direction }): void {
  if (told) {
    for (const key of Object.keys(schema)) if (!annotations.has(key)) delete schema[key];
    Object.assign(schema, told);
  }
  // The format says it, in fewer words than zod's expression.
  if (schema.format === 'date-time') delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  // Within a version answers may get further fields: no client may be generated that would not have them.
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
}

function withSharedReferences(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace(localPrefix, sharedPrefix) : value,
  );
  return JSON.parse(text) as JsonSchema;
}
