import { timingSafeEqual } from 'node:crypto';
import { AppError } from '@calkeep/platform';
import { canonicalJson, type JsonObject, PepperKeyring } from '@calkeep/security';
import { Injectable } from '@nestjs/common';

/** The list that a cursor walks. A cursor opens in this very list, with these filters and in this order, and nowhere else. */
export interface WalkedList {
  /** Bare UUID. */
  readonly workspaceId: string;
  /** Never reused for positions of another shape. */
  readonly name: string;
  readonly filter: JsonObject;
  readonly sort: string;
}

/** The sort key of a list's row. */
export type CursorPosition = readonly (string | number)[];

/** A forger would have to guess 128 bits. */
const macBytes = 16;

/**
 * Cursors: where in a list to go on, with a MAC (HMAC-SHA-256 under the current pepper, the former ones are still accepted) over
 * the position and the list. No token begins as the text under the MAC does, so neither can be taken for the other.
 */
@Injectable()
export class Cursors {
  constructor(private readonly peppers: PepperKeyring) {}

  seal(list: WalkedList, position: CursorPosition): string {
    const text = Buffer.from(JSON.stringify(position));
    const mac = this.peppers.hash(authenticated(list, text)).hash.subarray(0, macBytes);
    return Buffer.concat([mac, text]).toString('base64url');
  }

  /** @throws AppError `invalid_request` for what was altered, made up, or given by another list. */
  open(list: WalkedList, cursor: string): CursorPosition {
    const bytes = Buffer.from(cursor, 'base64url');
    const [mac, text] = [bytes.subarray(0, macBytes), bytes.subarray(macBytes)];
    const isOneSpelling = bytes.toString('base64url') === cursor;
    const candidates = this.peppers.candidates(authenticated(list, text)).map((each) => each.subarray(0, macBytes));
    if (!isOneSpelling || !candidates.some((each) => isEqual(each, mac))) throw foreignCursor();
    return JSON.parse(text.toString()) as CursorPosition;
  }
}

function authenticated({ workspaceId, name, filter, sort }: WalkedList, text: Buffer): string {
  return `calkeep-cursor-v1:${canonicalJson([workspaceId, name, filter, sort, text.toString('base64url')])}`;
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function foreignCursor(): AppError {
  const message = 'must be a cursor that this list gave, with the same filters and order';
  return new AppError('invalid_request', { details: [{ path: 'cursor', code: 'invalid', message }] });
}
