import type { ApiToken } from '@calkeep/contract';
import { Anchor, Code, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fact, Facts } from '../../../components/facts.js';
import { Instant } from '../../../components/instant.js';
import { texts } from '../../../texts/index.js';

const words = texts.apiTokens.token;
const list = texts.apiTokens;

export function TokenFacts({ ws, token }: { ws: string; token: ApiToken }) {
  return (
    <Facts>
      <Fact name={words.fields.prefix}>
        <Code>{token.displayPrefix}</Code>
      </Fact>
      <Fact name={words.fields.id}>
        <Code>{token.id}</Code>
      </Fact>
      <Fact name={words.fields.mode}>{list.modes[token.mode]}</Fact>
      <Fact name={words.fields.scopes}>
        <Codes values={token.scopes} />
      </Fact>
      <Fact name={words.fields.ipAllowlist}>
        {token.ipAllowlist.length === 0 ? words.anyAddress : <Codes values={token.ipAllowlist} />}
      </Fact>
      <Fact name={words.fields.issuer}>{token.issuer?.name ?? texts.common.operator}</Fact>
      <Fact name={words.fields.lastUsed}>
        <LastUse token={token} />
      </Fact>
      <Dates token={token} />
      <Relatives ws={ws} token={token} />
    </Facts>
  );
}

function Codes({ values }: { values: readonly string[] }) {
  return (
    <Group gap={4}>
      {values.map((value) => (
        <Code key={value}>{value}</Code>
      ))}
    </Group>
  );
}

function LastUse({ token: { lastUsedAt, lastUsedIp } }: { token: ApiToken }) {
  if (lastUsedAt === null) return list.notUsed;
  return (
    <>
      <Instant at={lastUsedAt} /> {lastUsedIp !== null && list.from(lastUsedIp)}
    </>
  );
}

function Dates({ token }: { token: ApiToken }) {
  const { createdAt, expiresAt, rotatedAt, retiresAt, disabledAt, revokedAt } = token;
  const others = [
    [words.fields.rotated, rotatedAt],
    [words.fields.retires, retiresAt],
    [words.fields.disabled, disabledAt],
    [words.fields.revoked, revokedAt],
  ] as const;
  return (
    <>
      <Fact name={words.fields.created}>
        <Instant at={createdAt} isExact />
      </Fact>
      <Fact name={words.fields.expires}>{expiresAt === null ? list.noExpiry : <Instant at={expiresAt} isExact />}</Fact>
      {others.map(
        ([name, at]) =>
          at !== null && (
            <Fact key={name} name={name}>
              <Instant at={at} isExact />
            </Fact>
          ),
      )}
    </>
  );
}

function Relatives({ ws, token: { predecessorId, successorId } }: { ws: string; token: ApiToken }) {
  const relatives = [
    [words.fields.predecessor, predecessorId, words.previousToken],
    [words.fields.successor, successorId, words.nextToken],
  ] as const;
  return relatives.map(
    ([name, id, label]) =>
      id !== null && (
        <Fact key={name} name={name}>
          <Anchor component={Link} to={`/workspaces/${ws}/api-tokens/${id}`} size="sm">
            {label}
          </Anchor>
        </Fact>
      ),
  );
}
