import { tokenFormat } from '@calkeep/security';
import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Public } from '../http/access.js';
import { Describes } from '../openapi/describes.js';

/** How tokens look and how their checksum is reckoned, for secret scanners and client libraries. */
@Controller('.well-known/token-format.json')
export class TokenFormatController {
  @Get()
  @Public({ isEnveloped: false })
  @Describes({
    id: 'getTokenFormat',
    summary: 'How tokens look and how their checksum is reckoned',
    answer: z.looseObject({ pattern: z.string(), length: z.int() }),
  })
  get(): typeof tokenFormat {
    return tokenFormat;
  }
}
