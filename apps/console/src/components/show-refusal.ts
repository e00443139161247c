import { ApiError } from '../api/api-error.js';
import { texts } from '../texts/index.js';

interface RefusableForm {
  setErrors(errors: Record<string, string>): void;
  getInputNode(path: string): HTMLElement | null;
}

/** Says at each field what the server found wrong with it, and goes to the first. What is no field's, `Failure` says. */
export function showRefusal(form: RefusableForm, error: unknown): void {
  if (!(error instanceof ApiError) || !Array.isArray(error.details)) return form.setErrors({});
  const errors = Object.fromEntries(
    error.details.map(({ path, code, message }) => [path.split('.')[0] ?? path, fieldText(code, message)]),
  );
  form.setErrors(errors);
  const [first] = Object.keys(errors);
  if (first !== undefined) form.getInputNode(first)?.focus();
}

function fieldText(code: string, message: string): string {
  const known: Readonly<Record<string, string>> = texts.errors.fields;
  return known[code] ?? message.charAt(0).toUpperCase() + message.slice(1);
}
