// (c) THE USUAL STACK: NestJS as it comes (Express), Prisma, @nestjs/throttler on Redis, class-validator; the token is looked up
// in the database. Written the way its own documentation has it. (Decorators are applied by hand: this file is not compiled.)
import 'reflect-metadata';
import { createHmac } from 'node:crypto';
import { newId, parsePublicId, toPublicId } from '@calkeep/contract';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  NotFoundException,
  Param,
  Query,
  Req,
  UnauthorizedException,
  UseGuards,
  UseInterceptors,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { PrismaPg } from '@prisma/adapter-pg';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { map } from 'rxjs';
import { PrismaClient } from '../../libs/database/dist/generated/client.js';
import { RedisThrottlerStorage } from './redis-throttler-storage.mjs';

/** `decorate(Class, 'member', [Get()], [Req()])`: decorators of a member, then of its parameters. */
function decorate(type, member, decorators, ...parameters) {
  const target = member === undefined ? type : type.prototype;
  const descriptor = member === undefined ? undefined : Object.getOwnPropertyDescriptor(target, member);
  for (const [index, each] of parameters.entries()) each?.(target, member, index);
  Reflect.decorate(decorators, target, ...(member === undefined ? [] : [member, descriptor]));
}

class PrismaService extends PrismaClient {
  constructor() {
    super({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL, max: 10 }) });
  }
}
decorate(PrismaService, undefined, [Injectable()]);

const pepper = Buffer.from(process.env.TOKEN_PEPPERS.split(':')[1], 'base64');

class ApiTokenGuard {
  constructor(prisma) {
    this.prisma = prisma;
  }

  async canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const [scheme, secret = ''] = (request.headers.authorization ?? '').split(' ');
    if (scheme !== 'Bearer') throw new UnauthorizedException();
    const tokenHash = createHmac('sha256', pepper).update(secret).digest();
    const found = await this.prisma.apiTokenHash.findUnique({ where: { tokenHash } });
    if (!found) throw new UnauthorizedException();
    const { workspaceId, tokenId } = found;
    const [token, workspace] = await Promise.all([
      this.prisma.apiToken.findUnique({ where: { workspaceId_id: { workspaceId, id: tokenId } } }),
      this.prisma.workspace.findUnique({ where: { id: workspaceId }, include: { plan: true } }),
    ]);
    if (!token || token.revokedAt || token.disabledAt || (token.expiresAt && token.expiresAt < new Date()))
      throw new UnauthorizedException();
    if (!token.scopes.includes('contacts:read')) throw new UnauthorizedException();
    request.token = token;
    request.workspace = workspace;
    return true;
  }
}
decorate(ApiTokenGuard, undefined, [Injectable(), (type) => Inject(PrismaService)(type, undefined, 0)]);

class PageQuery {
  page = 1;
  limit = 50;
}
decorate(PageQuery, 'page', [IsOptional(), Type(() => Number), IsInt(), Min(1)]);
decorate(PageQuery, 'limit', [IsOptional(), Type(() => Number), IsInt(), Min(1), Max(200)]);

class EnvelopeInterceptor {
  intercept(_context, next) {
    const requestId = newId('request');
    return next.handle().pipe(map((data) => ({ success: true, data, meta: { apiVersion: 'v1', requestId } })));
  }
}
decorate(EnvelopeInterceptor, undefined, [Injectable()]);

class ContactsService {
  constructor(prisma) {
    this.prisma = prisma;
  }

  async findOne({ workspaceId }, id) {
    const uuid = parsePublicId('contact', id);
    const contact =
      uuid && (await this.prisma.contact.findUnique({ where: { workspaceId_id: { workspaceId, id: uuid } } }));
    if (!contact) throw new NotFoundException();
    return { contact: toContact(contact) };
  }

  async findMany({ workspaceId }, { page, limit }) {
    const [contacts, total] = await Promise.all([
      this.prisma.contact.findMany({
        where: { workspaceId },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        skip: (page - 1) * limit,
        take: limit,
      }),
      this.prisma.contact.count({ where: { workspaceId } }),
    ]);
    return { contacts: contacts.map(toContact), pagination: { page, limit, total } };
  }
}
decorate(ContactsService, undefined, [Injectable(), (type) => Inject(PrismaService)(type, undefined, 0)]);

function toContact({ workspaceId: _workspaceId, id, ...fields }) {
  return { id: toPublicId('contact', id), ...fields };
}

class ContactsController {
  constructor(contacts) {
    this.contacts = contacts;
  }

  findMany(request, query) {
    return this.contacts.findMany(request.token, query);
  }

  findOne(request, id) {
    return this.contacts.findOne(request.token, id);
  }
}
decorate(ContactsController, undefined, [
  Controller('api/v1/contacts'),
  UseGuards(ApiTokenGuard, ThrottlerGuard),
  UseInterceptors(EnvelopeInterceptor),
  (type) => Inject(ContactsService)(type, undefined, 0),
]);
Reflect.defineMetadata('design:paramtypes', [Object, PageQuery], ContactsController.prototype, 'findMany');
decorate(ContactsController, 'findMany', [Get()], Req(), Query());
decorate(ContactsController, 'findOne', [Get(':id')], Req(), Param('id'));

const requestOf = (context) => context.switchToHttp().getRequest();
const minute = 60_000;

class AppModule {}
decorate(AppModule, undefined, [
  Module({
    imports: [
      ThrottlerModule.forRoot({
        storage: new RedisThrottlerStorage(process.env.REDIS_URL),
        throttlers: [
          {
            name: 'token',
            ttl: minute,
            limit: (context) => {
              const { token, workspace } = requestOf(context);
              return token.quota ?? workspace.plan.tokenRequestsPerMinute;
            },
            getTracker: (request) => request.token.id,
          },
          {
            name: 'workspace',
            ttl: minute,
            limit: (context) => {
              const { workspace } = requestOf(context);
              return workspace.requestsPerMinute ?? workspace.plan.workspaceRequestsPerMinute;
            },
            getTracker: (request) => request.token.workspaceId,
          },
        ],
      }),
    ],
    controllers: [ContactsController],
    providers: [PrismaService, ApiTokenGuard, ContactsService],
  }),
]);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
await app.listen(0, '127.0.0.1');
process.send({ url: `http://127.0.0.1:${app.getHttpServer().address().port}` });
