import { bookingsQuery, noQuery, bookingData, bookingsData, type BookingsQuery, type NoQuery } from '@calkeep/contract';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import { CurrentAnswer, type PendingAnswer } from '../http/current-answer.js';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { linked } from '../resources/page-links.js';
import { BookingsService } from './bookings.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('api/v1/bookings')
export class BookingsController {
  constructor(private readonly bookings: BookingsService) {}

  @Get()
  @RequireScopes('bookings:read')
  @Describes({ id: 'listBookings', summary: 'Bookings, newest first', answer: bookingsData, isList: true })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: bookingsQuery }) query: BookingsQuery,
    @CurrentAnswer() answer: PendingAnswer,
  ): Promise<JsonText> {
    return linked(answer, await this.bookings.list(principal, query));
  }

  @Get(':id')
  @RequireScopes('bookings:read')
  @Describes({ id: 'getBooking', summary: 'One booking', answer: bookingData, takes: ['If-None-Match'] })
  get(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<JsonText> {
    return this.bookings.get(principal, id);
  }
}
