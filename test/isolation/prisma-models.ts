/** Table name → column name → `type` or `type not null`, the type in PostgreSQL's spelling. */
export type Tables = Record<string, Record<string, string>>;

const SCALARS: Record<string, string> = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Boolean: 'boolean',
  Json: 'jsonb',
  Bytes: 'bytea',
  Float: 'double precision',
};

const NATIVE_TYPES: Record<string, string> = {
  Uuid: 'uuid',
  Inet: 'inet',
  SmallInt: 'smallint',
  'Timestamptz(3)': 'timestamp(3) with time zone',
  'Timestamptz(6)': 'timestamp with time zone',
};

/** The tables that a schema.prisma describes. Understands what ours uses and throws on anything else. */
export function tablesOf(schema: string): Tables {
  const models = [...schema.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)];
  const names = new Set(models.map(([, name = '']) => name));
  return Object.fromEntries(
    models.map(([, name = '', body = '']) => {
      const table = /^ +@@map\("(\w+)"\)/m.exec(body)?.[1] ?? name;
      const lines = body.split('\n').filter((line) => /^ +\w/.test(line));
      return [table, Object.fromEntries(lines.flatMap((line) => columnOf(line, names)))];
    }),
  );
}

/** A field that leads to another model has no column of its own. */
function columnOf(line: string, models: Set<string>): [string, string][] {
  const parts = /^ +(\w+) +(Unsupported\("(?<unsupported>[^"]+)"\)|(?<type>\w+))(?<mark>\?|\[\])?(?<rest>.*)$/.exec(
    line,
  );
  const { unsupported, type = '', mark, rest = '' } = parts?.groups ?? {};
  if (!parts) throw new Error(`Cannot read this line of the Prisma schema: ${line}`);
  if (models.has(type)) return [];
  const base = unsupported ?? scalarOf(type, /@db\.(\w+(?:\(\d+\))?)/.exec(rest)?.[1]);
  const column = /@map\("(\w+)"\)/.exec(rest)?.[1] ?? parts[1] ?? '';
  return [[column, `${base}${mark === '[]' ? '[]' : ''}${mark === '?' ? '' : ' not null'}`]];
}

function scalarOf(type: string, nativeType: string | undefined): string {
  const known = nativeType === undefined ? SCALARS[type] : NATIVE_TYPES[nativeType];
  if (!known) throw new Error(`No PostgreSQL type is known for ${type} ${nativeType ?? ''}.`);
  return known;
}
