import { tokenFormat } from '@calkeep/security';
import { Controller, Get } from '@nestjs/common';
import { Public } from '../http/access.js';

/** How tokens look and how their checksum is reckoned, for secret scanners and client libraries. */
@Controller('.well-known/token-format.json')
export class TokenFormatController {
  @Get()
  @Public({ isEnveloped: false })
  get(): typeof tokenFormat {
    return tokenFormat;
  }
}
