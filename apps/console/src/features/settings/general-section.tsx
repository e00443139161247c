import type { WorkspaceSettings } from '@calkeep/contract';
import { Button, Code, Group, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMemo } from 'react';
import { ApiError } from '../../api/api-error.js';
import { CopyButton } from '../../components/copy-button.js';
import { Fact, Facts } from '../../components/facts.js';
import { Failure } from '../../components/failure.js';
import { Section } from '../../components/section.js';
import { texts } from '../../texts/index.js';
import { useSaveSettings } from './use-save-settings.js';

const words = texts.settings.general;
const fieldWidth = 420;
const optionsShownMax = 100;

export interface SettingsSectionProps {
  readonly workspace: WorkspaceSettings;
  readonly isAdmin: boolean;
}

export function GeneralSection({ workspace, isAdmin }: SettingsSectionProps) {
  const form = useForm({ initialValues: { name: workspace.name, timezone: workspace.timezone } });
  const save = useSaveSettings(workspace);
  // A zone may be known under a name that this browser does not list.
  const zones = useMemo(
    () => [...new Set([workspace.timezone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort(),
    [workspace.timezone],
  );
  const submit = form.onSubmit((values) =>
    save.mutate(values, { onError: (error) => form.setErrors(error instanceof ApiError ? error.fields : {}) }),
  );
  return (
    <Section title={words.title}>
      <form onSubmit={submit}>
        <Stack maw={fieldWidth}>
          {Object.keys(form.errors).length === 0 && <Failure error={save.error} />}
          <TextInput
            label={words.name}
            required
            withAsterisk={false}
            readOnly={!isAdmin}
            {...form.getInputProps('name')}
          />
          <Select
            label={words.timezone}
            data={zones}
            searchable
            allowDeselect={false}
            readOnly={!isAdmin}
            limit={optionsShownMax}
            {...form.getInputProps('timezone')}
          />
          <Facts>
            <Fact name={words.id}>
              <Group gap="xs">
                <Code>{workspace.id}</Code>
                <CopyButton value={workspace.id} label={words.copyId} size="compact-xs" />
              </Group>
            </Fact>
          </Facts>
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
