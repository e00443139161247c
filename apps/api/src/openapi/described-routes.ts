import { RequestMethod, type Type } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner } from '@nestjs/core';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { z } from 'zod';
import type { Access, PublicAccess, TokenAccess } from '../http/access.js';
import { descriptionKey, type Description } from './describes.js';

/** A route as its decorators tell of it. */
export interface DescribedRoute {
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  /** As the router has it: `/api/v1/contacts/:id`. */
  readonly path: string;
  readonly access: PublicAccess | TokenAccess;
  /** Of a success. */
  readonly status: number;
  readonly description: Description;
  /** The very schemas that validate. */
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
}

/** @throws Error for a route without a description, unless it is the console's. */
export function describedRoutes(controllers: Iterable<Type>): DescribedRoute[] {
  return [...controllers].flatMap((controller) => {
    const prototype = controller.prototype as object;
    const names = new MetadataScanner().getAllMethodNames(prototype);
    return names.flatMap((name) => describedRoute(controller, name) ?? []);
  });
}

function describedRoute(controller: Type, name: string): DescribedRoute | undefined {
  const handler = (controller.prototype as Record<string, object>)[name];
  if (handler === undefined || !Reflect.hasMetadata(METHOD_METADATA, handler)) return undefined;
  const { access } = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as { access: Access };
  if (access.kind === 'session' || (access.kind === 'public' && access.isConsole)) return undefined;
  const description = Reflect.getMetadata(descriptionKey, handler) as Description | undefined;
  if (!description) throw new Error(`${controller.name}.${name} has no @Describes(…).`);
  const method = methodOf(handler);
  return {
    method,
    path: pathOf(controller, handler),
    access,
    status: (Reflect.getMetadata(HTTP_CODE_METADATA, handler) as number | undefined) ?? (method === 'post' ? 201 : 200),
    description,
    query: schemaOf(controller, name, RouteParamtypes.QUERY),
    body: schemaOf(controller, name, RouteParamtypes.BODY),
  };
}

function methodOf(handler: object): DescribedRoute['method'] {
  const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
  return method.toLowerCase() as DescribedRoute['method'];
}

function pathOf(controller: Type, handler: object): string {
  const parts = [controller, handler].map((each) => Reflect.getMetadata(PATH_METADATA, each) as string);
  const path = parts.map((part) => part.replace(/^\/+|\/+$/g, '')).filter((part) => part !== '');
  return `/${path.join('/')}`;
}

function schemaOf(controller: Type, name: string, kind: RouteParamtypes): z.ZodType | undefined {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<
    string,
    { schema?: z.ZodType }
  >;
  return Object.entries(parameters).find(([key]) => key.startsWith(`${kind}:`))?.[1].schema;
}
