import { issuedTokenData, tokenLabelCharactersMax, type WorkspaceSettings } from '@calkeep/contract';
import { Box, Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../api/api-error.js';
import { call } from '../../api/call.js';
import { workspaceQuery } from '../../api/workspace.js';
import { ErrorState } from '../../components/error-state.js';
import { PageHeader } from '../../components/page-header.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import { ForAdministrators } from './for-administrators.js';
import { AllowlistField } from './generate/allowlist-field.js';
import { ExpiryField } from './generate/expiry-field.js';
import { ModeField } from './generate/mode-field.js';
import { ScopePicker } from './generate/scope-picker.js';
import { bodyOf, fieldErrorsOf, useTokenForm, type TokenForm, type TokenFormValues } from './generate/token-form.js';
import { PlanOffer } from './list/plan-offer.js';
import { SecretOnce } from './secret-once.js';
import { EnrolFirst, TokenRefusal } from './token-refusal.js';
import { tokensPath, useRefreshTokens } from './token-queries.js';

const words = texts.apiTokens.generateToken;
const formWidth = 820;

export function GenerateTokenPage() {
  return <ForAdministrators>{(ws) => <Generate ws={ws} />}</ForAdministrators>;
}

function Generate({ ws }: { ws: string }) {
  const workspace = useQuery(workspaceQuery(ws));
  const [issued, setIssued] = useState<Issued | null>(null);
  const navigate = useNavigate();
  if (issued)
    return (
      <Box maw={formWidth}>
        <PageHeader title={issued.label} />
        <SecretOnce
          secret={issued.secret}
          onDone={() => void navigate({ to: `/workspaces/${ws}/api-tokens/${issued.id}` })}
        />
      </Box>
    );
  if (workspace.error) return <ErrorState error={workspace.error} onRetry={() => void workspace.refetch()} />;
  if (!workspace.data) return <PageSkeleton />;
  const { plan } = workspace.data;
  return (
    <Box maw={formWidth}>
      <PageHeader title={words.title} description={plan.hasApiTokens ? words.description : undefined} />
      {plan.hasApiTokens ? (
        <GenerateForm ws={ws} workspace={workspace.data} onIssued={setIssued} />
      ) : (
        <PlanOffer ws={ws} plan={plan} />
      )}
    </Box>
  );
}

interface Issued {
  readonly id: string;
  readonly label: string;
  readonly secret: string;
}

interface GenerateFormProps {
  readonly ws: string;
  readonly workspace: WorkspaceSettings;
  readonly onIssued: (issued: Issued) => void;
}

function GenerateForm({ ws, workspace, onIssued }: GenerateFormProps) {
  const form = useTokenForm(workspace.tokenLifetimeDaysMax);
  const refresh = useRefreshTokens(ws);
  const issue = useMutation({
    // The secret goes to the page and not into what the cache keeps of this.
    mutationFn: async (values: TokenFormValues) => {
      const body = bodyOf(values);
      const { token, secret } = await call(issuedTokenData, tokensPath(ws), { method: 'POST', body });
      onIssued({ id: token.id, label: token.label, secret });
    },
    onError: (error) => form.setErrors(error instanceof ApiError ? fieldErrorsOf(error.fields) : {}),
    onSettled: refresh,
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => issue.mutate(values), focusFirst(form))}>
      <Stack gap="lg">
        <EnrolFirst />
        <Fields form={form} workspace={workspace} />
        {Object.keys(form.errors).length === 0 && (
          <TokenRefusal ws={ws} planName={workspace.plan.name} error={issue.error} />
        )}
        <Group>
          <Button type="submit" loading={issue.isPending}>
            {words.submit}
          </Button>
          <Button component={Link} to={`/workspaces/${ws}/api-tokens`} variant="default">
            {words.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Fields({ form, workspace }: { form: TokenForm; workspace: WorkspaceSettings }) {
  const { values, errors, setFieldValue } = form;
  return (
    <>
      <TextInput
        label={words.label}
        description={words.labelHint}
        maxLength={tokenLabelCharactersMax}
        autoComplete="off"
        required
        {...form.getInputProps('label')}
      />
      <ModeField value={values.mode} onChange={(mode) => setFieldValue('mode', mode)} />
      <ScopePicker
        value={values.scopes}
        error={errors['scopes']}
        onChange={(scopes) => setFieldValue('scopes', scopes)}
      />
      <ExpiryField
        value={values.expiry}
        daysMax={workspace.tokenLifetimeDaysMax}
        error={errors['expiry']}
        onChange={(expiry) => setFieldValue('expiry', expiry)}
      />
      <AllowlistField
        value={values.ipAllowlist}
        error={errors['ipAllowlist']}
        hasWorkspaceList={workspace.ipAllowlist.length > 0}
        onChange={(text) => setFieldValue('ipAllowlist', text)}
      />
    </>
  );
}

/** To the first field that is not good, where it is one that takes the focus. */
function focusFirst(form: TokenForm) {
  return (errors: TokenForm['errors']) => {
    const [first] = Object.keys(errors);
    if (first !== undefined) form.getInputNode(first)?.focus();
  };
}
