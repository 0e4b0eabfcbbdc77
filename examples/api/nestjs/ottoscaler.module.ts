import { readFileSync } from 'node:fs';
import { Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import { createOttoscalerClient, type OttoscalerClient } from 'ottoscaler';
import { LogsService } from './logs.service.js';
import { OTTOSCALER } from './ottoscaler.token.js';
import { PipelinesService } from './pipelines.service.js';
import { ScalingService } from './scaling.service.js';

const { OTTOSCALER_HOST, OTTO_TOKEN_FILE, OTTO_TLS_CA } = process.env;

@Module({
  providers: [
    {
      provide: OTTOSCALER,
      useFactory: () =>
        createOttoscalerClient(OTTOSCALER_HOST ?? 'localhost:9090', {
          token:
            OTTO_TOKEN_FILE === undefined ? undefined : () => readFileSync(OTTO_TOKEN_FILE, 'utf8').trim(),
          tls: OTTO_TLS_CA === undefined ? undefined : { ca: readFileSync(OTTO_TLS_CA) },
        }),
    },
    ScalingService,
    PipelinesService,
    LogsService,
  ],
  exports: [ScalingService, PipelinesService, LogsService],
})
export class OttoscalerModule implements OnModuleDestroy {
  constructor(@Inject(OTTOSCALER) private readonly ottoscaler: OttoscalerClient) {}

  onModuleDestroy(): void {
    this.ottoscaler.close();
  }
}
