import { Module } from '@nestjs/common';
import { PlansController } from './plans.controller.js';
import { PlansRepository } from './plans.repository.js';

@Module({ controllers: [PlansController], providers: [PlansRepository] })
export class PlansModule {}
