import { noQuery, type NoQuery, type PlansData } from '@calkeep/contract';
import { Controller, Get, Query } from '@nestjs/common';
import { SignedIn } from '../http/access.js';
import { PlansRepository } from './plans.repository.js';

@Controller('app/plans')
export class PlansController {
  // There are no rules for what everybody may know, and so no service.
  constructor(private readonly plans: PlansRepository) {}

  @Get()
  @SignedIn()
  async list(@Query({ schema: noQuery }) _query: NoQuery): Promise<PlansData> {
    return { plans: await this.plans.findMany() };
  }
}
