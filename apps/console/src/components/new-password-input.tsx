import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { texts } from '../texts/index.js';

/** For a password that is being made, so that a manager offers one. */
export function NewPasswordInput(props: PasswordInputProps) {
  return (
    <PasswordInput
      autoComplete="new-password"
      required
      withAsterisk={false}
      visibilityToggleButtonProps={{ 'aria-label': texts.common.showPassword }}
      {...props}
    />
  );
}
