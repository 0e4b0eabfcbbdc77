import { Module } from '@nestjs/common';
import { ClientsModule, Transport } from '@nestjs/microservices';
import { calledProtos, loader, protoPackage } from '../rpc/proto.js';
import { settings } from '../settings.js';
import { OttoscalerClient, ottoscalerPackage } from './ottoscaler.client.js';

@Module({
  imports: [
    ClientsModule.register([
      {
        name: ottoscalerPackage,
        transport: Transport.GRPC,
        // Nothing is contacted before the first call.
        options: {
          url: settings.ottoscaler,
          package: protoPackage,
          protoPath: calledProtos,
          loader,
          keepalive: { keepaliveTimeMs: 30_000, keepaliveTimeoutMs: 20_000 },
        },
      },
    ]),
  ],
  providers: [OttoscalerClient],
  exports: [OttoscalerClient],
})
export class OttoscalerModule {}
