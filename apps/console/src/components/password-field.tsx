import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { texts } from '../texts/index.js';

/** A password, which may be shown while it is typed. That it was refused is told to whoever hears the page, too. */
export function PasswordField(props: PasswordInputProps) {
  return (
    <PasswordInput
      required
      withAsterisk={false}
      visibilityToggleButtonProps={{ 'aria-label': texts.common.showPassword }}
      {...(Boolean(props.error) && { 'aria-invalid': true })}
      {...props}
    />
  );
}
