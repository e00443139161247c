import { Module } from '@nestjs/common';
import { Cursors } from './cursor.js';
import { Lists } from './lists.js';

/** For every feature that has a list. */
@Module({ providers: [Cursors, Lists], exports: [Cursors, Lists] })
export class ResourcesModule {}
