import { Controller, Get, Header } from '@nestjs/common';
import { z } from 'zod';
import { Public } from '../http/access.js';
import { Describes } from './describes.js';
import { OpenApiService } from './openapi.service.js';

@Controller('openapi.json')
export class OpenApiController {
  constructor(private readonly openApi: OpenApiService) {}

  @Get()
  @Public({ isEnveloped: false })
  @Describes({ id: 'getOpenApi', summary: 'This document', answer: z.looseObject({ openapi: z.literal('3.1.0') }) })
  @Header('Content-Type', 'application/json; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=300')
  get(): string {
    return this.openApi.text;
  }
}
