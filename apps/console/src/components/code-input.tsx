import { TextInput, type TextInputProps } from '@mantine/core';

interface CodeInputProps extends TextInputProps {
  /** Digits out of an authenticator app, which phones may offer by themselves. */
  readonly isNumeric: boolean;
}

/** For a code that is read off and typed in. */
export function CodeInput({ isNumeric, ...props }: CodeInputProps) {
  return (
    <TextInput
      inputMode={isNumeric ? 'numeric' : 'text'}
      autoComplete={isNumeric ? 'one-time-code' : 'off'}
      autoCapitalize="off"
      spellCheck={false}
      required
      withAsterisk={false}
      maxLength={64}
      data-autofocus
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', letterSpacing: '0.08em' } }}
      {...props}
    />
  );
}
