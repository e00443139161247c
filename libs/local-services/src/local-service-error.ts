/** A private server could not be prepared, started or reached. The message is for a person and says what to do. */
export class LocalServiceError extends Error {
  override readonly name = 'LocalServiceError';
}
