import type { PasswordInputProps } from '@mantine/core';
import { PasswordField } from './password-field.js';

/** For a password that is being made, so that a manager offers one. */
export function NewPasswordInput(props: PasswordInputProps) {
  return <PasswordField autoComplete="new-password" {...props} />;
}
