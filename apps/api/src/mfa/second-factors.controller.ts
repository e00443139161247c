import { noQuery, type NoQuery, type SecondFactorsData } from '@calkeep/contract';
import { Controller, Get, Query } from '@nestjs/common';
import { SignedIn } from '../http/access.js';
import { CurrentPerson, type PersonCaller } from '../http/current-session.js';
import { SecondFactorsService } from './second-factors.service.js';

@Controller('app/auth/mfa')
export class SecondFactorsController {
  constructor(private readonly factors: SecondFactorsService) {}

  @Get()
  @SignedIn()
  list(@CurrentPerson() person: PersonCaller, @Query({ schema: noQuery }) _query: NoQuery): Promise<SecondFactorsData> {
    return this.factors.list(person);
  }
}
