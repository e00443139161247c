import { hash } from 'node:crypto';

/** 126 of the hash's bits: two representations of one object never share a tag but by an accident of that size. */
const tagLength = 21;

/** The strong entity tag (RFC 9110, section 8.8.3) of an answer's data: another one as soon as a byte of it is another. */
export function entityTagOf(data: string): string {
  return `"${hash('sha256', data, 'base64url').slice(0, tagLength)}"`;
}

/** What a condition names: any representation, or these. Each as it stands in the header, with its `W/` if it is weak. */
export type EntityTags = '*' | readonly string[];

const tagPattern = /^[\t ]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[\t ]*(?:,|$)/;

/** The tags of `If-Match` or `If-None-Match` (RFC 9110, sections 13.1.1 and 13.1.2), or `null` for what is no such list. */
export function parseEntityTags(header: string): EntityTags | null {
  if (header.trim() === '*') return '*';
  const tags: string[] = [];
  for (let rest = header; rest.trim() !== '';) {
    // A list may have empty members (section 5.6.1).
    const empty = /^[\t ]*,/.exec(rest);
    const found = empty ?? tagPattern.exec(rest);
    if (!found) return null;
    if (found[1] !== undefined) tags.push(found[1]);
    rest = rest.slice(found[0].length);
  }
  return tags.length > 0 ? tags : null;
}

/** `If-Match`: a weak tag never matches (section 8.8.3.2). */
export function matchesStrongly(tags: EntityTags, tag: string): boolean {
  return tags === '*' || tags.includes(tag);
}

/** `If-None-Match`. */
export function matchesWeakly(tags: EntityTags, tag: string): boolean {
  return tags === '*' || tags.some((each) => each.replace(/^W\//, '') === tag);
}
