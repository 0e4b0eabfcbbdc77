/** Each of the services once, against the Ottoscaler of OTTOSCALER_HOST. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { lastValueFrom, toArray } from 'rxjs';
import { LogsService } from './logs.service.js';
import { OttoscalerModule } from './ottoscaler.module.js';
import { PipelinesService } from './pipelines.service.js';
import { ScalingService } from './scaling.service.js';

const app = await NestFactory.createApplicationContext(OttoscalerModule, { logger: ['warn', 'error'] });
const scaling = app.get(ScalingService);
const pipelines = app.get(PipelinesService);
const logs = app.get(LogsService);
const stage = (command: string) => ({ stage_id: 'work', worker_count: 1, command: ['sh', '-c', command] });

const names = await scaling.scaleUp('nest-42', 2, 'sleep 300', '1');
const again = await scaling.scaleUp('nest-42', 2, 'sleep 300', '1');
console.log('scaled up:', names.length, 'the same again:', names.join() === again.join());
console.log('failed:', (await scaling.failedWorkers('nest-42')).length);
console.log('scaled down:', await scaling.scaleDown('nest-42', 0));

const run = pipelines.execute({ pipeline_id: 'nest-7', stages: [stage('echo hello')] });
console.log('ended:', (await lastValueFrom(run)).status);
const lines = await lastValueFrom(logs.linesOf('nest-7').pipe(toArray()));
console.log('lines:', lines.map(({ message }) => message).join());

// Nobody reads its events: it runs all the same.
const begun = Promise.withResolvers<void>();
const reading = pipelines
  .execute({ pipeline_id: 'nest-8', stages: [stage('sleep 300')] })
  .subscribe({ next: () => begun.resolve(), error: begun.reject });
await begun.promise;
reading.unsubscribe();
console.log('running:', (await pipelines.running()).map(({ pipeline_id }) => pipeline_id).join());
await pipelines.cancel('nest-8', 'no longer needed');
console.log('ended:', (await lastValueFrom(pipelines.watch('nest-8'))).status);
const retried = await pipelines.retry('nest-8');
await pipelines.cancel(retried, 'neither is this one');
await lastValueFrom(pipelines.watch(retried));
console.log(retried, (await pipelines.get(retried)).summary?.status);
await app.close();
