/** A column's name in the contract, and its type unless that is text. */
export type PatchColumn = readonly [name: string, type?: 'text' | 'timestamptz'];

/** SQL that takes the columns of a new row out of a parameter of JSON. */
export function drafted(columns: Record<string, PatchColumn>, parameter: `$${number}`): string {
  return Object.values(columns)
    .map((column) => valueOf(column, parameter))
    .join(', ');
}

/** SQL that sets the columns of the row `r` that a parameter of JSON names, and leaves the others. */
export function patched(columns: Record<string, PatchColumn>, parameter: `$${number}`): string {
  return Object.entries(columns)
    .map(
      ([name, column]) =>
        `${name} = case when ${parameter}::jsonb ? '${column[0]}' then ${valueOf(column, parameter)} else r.${name} end`,
    )
    .join(', ');
}

function valueOf([name, type = 'text']: PatchColumn, parameter: string): string {
  return `(${parameter}::jsonb ->> '${name}')::${type}`;
}
