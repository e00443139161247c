import type { Config } from '@calkeep/platform';
import { Inject, Injectable, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { CONFIG } from '../platform/tokens.js';
import { describedRoutes } from './described-routes.js';
import { openApiDocument } from './document.js';

/** Raised with CHANGELOG.md. */
const apiDocumentVersion = '1.0.0';

@Injectable()
export class OpenApiService {
  #text: string | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** JSON text of the document, the same for as long as the process runs. */
  get text(): string {
    this.#text ??= JSON.stringify(this.#document());
    return this.#text;
  }

  #document(): object {
    const controllers = this.discovery.getControllers().map(({ metatype }) => metatype as Type);
    const { origin } = new URL(this.config.PUBLIC_URL);
    return openApiDocument(describedRoutes(new Set(controllers)), { version: apiDocumentVersion, url: origin });
  }
}
