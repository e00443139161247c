/** A call of the API, as its OpenAPI document names it. */
export interface Operation {
  /** operationId. */
  id: string;
  method: string;
  /** With `{id}` where an id stands. */
  path: string;
  /** All of these are needed. */
  scopes: readonly string[];
}
