import { Global, Module } from '@nestjs/common';
import { ExpiredRows } from './expired-rows.js';
import { UpkeepLoop } from './upkeep-loop.js';
import { Upkeep } from './upkeep.js';
import { WorkspaceWorkRepository } from './workspace-work.repository.js';

@Global()
@Module({
  providers: [Upkeep, UpkeepLoop, WorkspaceWorkRepository, ExpiredRows],
  exports: [Upkeep],
})
export class UpkeepModule {}
