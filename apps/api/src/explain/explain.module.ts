import { Module } from '@nestjs/common';
import { KnownPaths } from '../http/known-paths.js';
import { ExplainController } from './explain.controller.js';
import { ExplainService } from './explain.service.js';

@Module({ controllers: [ExplainController], providers: [ExplainService, KnownPaths] })
export class ExplainModule {}
