/** Where the contract is, and how it is read: the same for the server and the client. */
import { fileURLToPath } from 'node:url';

const folder = process.env['PROTO_DIR'] || fileURLToPath(new URL('../../../../proto', import.meta.url));

/** One proto package for all services; Nest finds a handler by the service's and the method's name. */
export const protoPackage = 'ottoscaler.v1';

/**
 * Only the services that are served here. Nest adds whatever service a file declares to the server, with or without
 * handlers.
 */
export const servedProtos = [
  `${folder}/ottoscaler/v1/otto_handler_log_service.proto`,
  `${folder}/ottoscaler/v1/log_streaming_service.proto`,
];

export const calledProtos = [`${folder}/ottoscaler/v1/ottoscaler_service.proto`];

/** The types in contract.ts are true of messages that were read with these options, and of no others. */
export const loader = {
  /** `worker_id`, not `workerId`: the words of the contract. Without it a field in snake_case is silently not sent. */
  keepCase: true,
  /** int64 as a number: sequence numbers stay far below 2^53. Without it they are objects of the package `long`. */
  longs: Number,
  /** 'ACK', not 0. */
  enums: String,
  /** What a peer left out reads as '' or 0 or its enum's first name. Without it ACK, which is 0, reads as undefined. */
  defaults: true,
  /** Files import each other from here. */
  includeDirs: [folder],
};
