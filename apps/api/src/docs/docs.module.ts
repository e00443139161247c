import { Module } from '@nestjs/common';
import { DocsController } from './docs.controller.js';
import { Guides } from './guides.js';
import { SwaggerUiController } from './swagger-ui.controller.js';

@Module({ controllers: [SwaggerUiController, DocsController], providers: [Guides] })
export class DocsModule {}
