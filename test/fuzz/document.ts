export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

export interface Operation {
  /** In capital letters. */
  method: string;
  /** With its parameters in braces, as the document has it. */
  path: string;
  parameters: { name: string; in: string; required: boolean; schema: Schema }[];
  body: Schema | null;
  /** By status; `null` for one without a body. */
  responses: Map<number, Schema | null>;
}

type Node = Record<string, unknown>;

/** The operations of the public API, every reference replaced by what it refers to. */
export function operationsOf(document: unknown): Operation[] {
  const { paths } = resolved(document, document) as { paths: Record<string, Record<string, DocumentedOperation>> };
  return Object.entries(paths)
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        parameters: (operation.parameters ?? []).map((parameter) => ({
          ...parameter,
          required: parameter.required === true,
        })),
        body: operation.requestBody?.content['application/json']?.schema ?? null,
        responses: new Map(
          Object.entries(operation.responses).map(([status, { content }]) => [
            Number(status),
            content?.['application/json']?.schema ?? null,
          ]),
        ),
      })),
    );
}

interface DocumentedOperation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

function resolved(node: unknown, document: unknown): unknown {
  if (Array.isArray(node)) return node.map((item) => resolved(item, document));
  if (typeof node !== 'object' || node === null) return node;
  const { $ref } = node as { $ref?: string };
  if (typeof $ref === 'string') return resolved(at(document, $ref), document);
  return Object.fromEntries(
    Object.entries(node)
      // An example may hold anything.
      .filter(([key]) => !key.startsWith('example'))
      .map(([key, value]) => [key, resolved(value, document)]),
  );
}

function at(document: unknown, reference: string): unknown {
  const names = reference.replace('#/', '').split('/');
  return names.reduce((node, name) => (node as Node)[name.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}
