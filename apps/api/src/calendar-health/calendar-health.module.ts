import { Module } from '@nestjs/common';
import { ResourcesModule } from '../resources/resources.module.js';
import { CalendarHealthController } from './calendar-health.controller.js';
import { CalendarHealthRepository } from './calendar-health.repository.js';
import { CalendarHealthService } from './calendar-health.service.js';

@Module({
  imports: [ResourcesModule],
  controllers: [CalendarHealthController],
  providers: [CalendarHealthService, CalendarHealthRepository],
})
export class CalendarHealthModule {}
