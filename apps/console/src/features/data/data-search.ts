import { dataModes } from '@calkeep/contract';
import { z } from 'zod';

/** What stands in the address of each of these lists. */
export const dataSearch = z.object({
  mode: z.enum(dataModes).optional().catch(undefined),
  q: z.string().optional().catch(undefined),
  status: z.string().optional().catch(undefined),
  page: z.int().min(1).optional().catch(undefined),
});
export type DataSearch = z.output<typeof dataSearch>;
