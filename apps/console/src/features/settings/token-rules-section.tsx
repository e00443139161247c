import { tokenLifetimeDaysCeiling } from '@calkeep/contract';
import { Alert, Button, Group, NumberInput, Stack, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { ApiError } from '../../api/api-error.js';
import { Failure } from '../../components/failure.js';
import { allowlistOf, badAllowlistEntry, IpAllowlistInput } from '../../components/ip-allowlist-input.js';
import { Section } from '../../components/section.js';
import { texts } from '../../texts/index.js';
import type { SettingsSectionProps } from './general-section.js';
import { useSaveSettings } from './use-save-settings.js';

const words = texts.settings.tokens;
const fieldWidth = 420;

export function TokenRulesSection({ workspace, isAdmin }: SettingsSectionProps) {
  const form = useForm({
    initialValues: {
      tokenLifetimeDaysMax: workspace.tokenLifetimeDaysMax ?? '',
      isMfaRequired: workspace.isMfaRequired,
      ipAllowlist: workspace.ipAllowlist.join('\n'),
    },
    validate: { tokenLifetimeDaysMax: lifetimeError, ipAllowlist: allowlistError },
  });
  const save = useSaveSettings(workspace);
  const submit = form.onSubmit(({ tokenLifetimeDaysMax, isMfaRequired, ipAllowlist }) =>
    save.mutate(
      {
        tokenLifetimeDaysMax: tokenLifetimeDaysMax === '' ? null : Number(tokenLifetimeDaysMax),
        isMfaRequired,
        ipAllowlist: allowlistOf(ipAllowlist),
      },
      { onError: (error) => form.setErrors(error instanceof ApiError ? error.fields : {}) },
    ),
  );
  return (
    <Section title={words.title} text={words.text}>
      <form onSubmit={submit}>
        <Stack maw={fieldWidth}>
          {Object.keys(form.errors).length === 0 && <Failure error={save.error} />}
          <NumberInput
            label={words.lifetime}
            description={words.lifetimeHint}
            min={1}
            max={tokenLifetimeDaysCeiling}
            allowDecimal={false}
            clampBehavior="none"
            hideControls
            readOnly={!isAdmin}
            {...form.getInputProps('tokenLifetimeDaysMax')}
          />
          <IpAllowlistInput
            label={words.allowlist}
            description={words.allowlistHint}
            readOnly={!isAdmin}
            {...form.getInputProps('ipAllowlist')}
          />
          {form.isDirty('ipAllowlist') && form.values.ipAllowlist.trim() !== '' && (
            <Alert color="yellow" variant="light">
              {words.allowlistWarning}
            </Alert>
          )}
          <Switch
            label={words.isMfaRequired}
            description={words.isMfaRequiredHint}
            disabled={!isAdmin}
            {...form.getInputProps('isMfaRequired', { type: 'checkbox' })}
          />
          {isAdmin && (
            <Group>
              <Button type="submit" loading={save.isPending}>
                {texts.common.save}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  );
}

function lifetimeError(value: number | string): string | null {
  if (value === '') return null;
  const days = Number(value);
  const isGood = Number.isInteger(days) && days >= 1 && days <= tokenLifetimeDaysCeiling;
  return isGood ? null : words.badLifetime(tokenLifetimeDaysCeiling);
}

function allowlistError(text: string): string | null {
  const bad = badAllowlistEntry(text);
  return bad === null ? null : words.badEntry(bad);
}
