const lengthMax = 60;

/** A name in the letters of a URL; two workspaces may have the same. `workspace` for a name that has none of them. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, lengthMax)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'workspace' : slug;
}
