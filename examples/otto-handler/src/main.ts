/** The microservice, until Ctrl-C or SIGTERM. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { AppModule } from './app.module.js';
import { LineIntake } from './logs/line-intake.js';
import { AnsweredStreams } from './rpc/answered-streams.js';
import { GrpcServer } from './rpc/grpc-server.js';
import { loader, protoPackage, servedProtos } from './rpc/proto.js';
import { settings } from './settings.js';
import { StderrLogger } from './stderr-logger.js';

// Whoever read the lines is gone.
process.stdout.on('error', () => process.exit(1));

const lingerMs = 500;

const { host, port } = settings;
const server = new GrpcServer(`${host}:${port}`, { package: protoPackage, protoPath: servedProtos, loader });
const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
  strategy: server,
  logger: new StderrLogger(),
});
try {
  await app.listen();
} catch (error) {
  console.error(`otto-handler cannot listen on ${host}:${port}: ${(error as Error).message}`);
  process.exit(1);
}

const stop = async (): Promise<void> => {
  // Before `close`, which stops the server first and waits for its calls.
  app.get(AnsweredStreams).end();
  await app.close();
  const { kept, repeated, gaps, missing } = app.get(LineIntake).counts;
  console.log(
    `otto-handler ended: ${kept} lines kept, ${repeated} repeated, ${gaps} gaps with ${missing} missing`,
  );
  // A socket whose peer does not close it would keep the process for minutes, also after it was forced.
  setTimeout(() => process.exit(), lingerMs).unref();
};
const stopOnce = (): void => {
  // The second one ends the process at once.
  process.off('SIGINT', stopOnce).off('SIGTERM', stopOnce);
  void stop();
};
process.on('SIGINT', stopOnce).on('SIGTERM', stopOnce);

console.log(`otto-handler listens on ${host}:${server.port}`);
