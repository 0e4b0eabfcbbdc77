/**
 * The wire contract, loaded once from `proto/` and typed.
 *
 * The folder is found beside `src` and `dist` alike: both lie one level below
 * the package's root. A contract that cannot be read is a broken installation,
 * so the module fails at import.
 */
import { fileURLToPath } from 'node:url';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ProtoGrpcType as LogStreamingProto } from './generated/log_streaming_service.ts';
import type { ProtoGrpcType as OttoHandlerLogProto } from './generated/otto_handler_log_service.ts';
import type { LogStreamingServiceDefinition } from './generated/ottoscaler/v1/LogStreamingService.ts';
import type { OttoHandlerLogServiceDefinition } from './generated/ottoscaler/v1/OttoHandlerLogService.ts';
import type { OttoscalerServiceDefinition } from './generated/ottoscaler/v1/OttoscalerService.ts';
import type { ProtoGrpcType as OttoscalerProto } from './generated/ottoscaler_service.ts';
import { loaderOptions, serviceProtoFiles } from './loader-options.ts';

/** Every message, enum and service by full name; gRPC reflection serves it. */
export const packageDefinition = loadSync([...serviceProtoFiles], {
  ...loaderOptions,
  includeDirs: [fileURLToPath(new URL('../../proto', import.meta.url))],
});

type Contract = OttoscalerProto & OttoHandlerLogProto & LogStreamingProto;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types are generated from these very files
const { v1 } = (loadPackageDefinition(packageDefinition) as unknown as Contract).ottoscaler;

/** What Ottoscaler serves to its callers. */
export const ottoscalerService: OttoscalerServiceDefinition = v1.OttoscalerService.service;
/** What otto-handler serves; Ottoscaler is its client. */
export const ottoHandlerLogService: OttoHandlerLogServiceDefinition = v1.OttoHandlerLogService.service;
/** What workers that push their logs call, here and on otto-handler. */
export const logStreamingService: LogStreamingServiceDefinition = v1.LogStreamingService.service;

/** The raw clients' constructors; each takes (address, credentials, options). */
export const OttoscalerServiceClient = v1.OttoscalerService;
export const OttoHandlerLogServiceClient = v1.OttoHandlerLogService;
export const LogStreamingServiceClient = v1.LogStreamingService;
