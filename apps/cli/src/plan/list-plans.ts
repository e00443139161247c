import type pg from 'pg';

export interface ListedPlan {
  code: string;
  name: string;
  /** 0: the plan has no API tokens. */
  activeTokensMax: number;
}

/** From the least to the most. */
export async function listPlans(client: pg.Client): Promise<ListedPlan[]> {
  const { rows } = await client.query<ListedPlan>(
    'select code, name, active_tokens_max as "activeTokensMax" from plans order by rank',
  );
  return rows;
}
