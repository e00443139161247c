import { Answer } from '../http/answer.js';
import { jsonText } from '../http/envelope.js';

/** 201 with `{ <name>: <object> }`. @param location where the object can be read from now on. */
export function created(name: string, object: string, location?: string): Answer {
  return new Answer(201, jsonText(`{"${name}":${object}}`), location === undefined ? {} : { Location: location });
}
