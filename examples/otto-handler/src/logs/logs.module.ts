import { Module } from '@nestjs/common';
import { AnsweredStreams } from '../rpc/answered-streams.js';
import { LineIntake } from './line-intake.js';
import { LineNumbers } from './line-numbers.js';
import { LogStreamingController } from './log-streaming.controller.js';
import { Notices } from './notices.js';
import { OttoHandlerLogController } from './otto-handler-log.controller.js';
import { Printer } from './printer.js';
import { PushingWorkers } from './pushing-workers.js';
import { TaskLines } from './task-lines.js';

@Module({
  controllers: [OttoHandlerLogController, LogStreamingController],
  providers: [AnsweredStreams, LineIntake, LineNumbers, Notices, Printer, PushingWorkers, TaskLines],
})
export class LogsModule {}
