import { Module } from '@nestjs/common';
import { LogsModule } from './logs/logs.module.js';
import { OttoscalerModule } from './ottoscaler/ottoscaler.module.js';

/** Both halves: what Ottoscaler calls, and OttoscalerClient for whoever asks it for something. */
@Module({ imports: [LogsModule, OttoscalerModule] })
export class AppModule {}
