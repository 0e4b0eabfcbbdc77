/**
 * How the contract is read, for the generator of types and for the program alike.
 *
 * The generated types are true only of messages that were loaded with the very
 * same options, so both sides take them from here and nowhere else.
 */

/** The proto files that declare services; what they import comes with them. Relative to `proto/`. */
export const serviceProtoFiles = [
  'ottoscaler/v1/ottoscaler_service.proto',
  'ottoscaler/v1/otto_handler_log_service.proto',
  'ottoscaler/v1/log_streaming_service.proto',
] as const;

export const loaderOptions = {
  /** Fields keep the contract's snake_case names, so that code, errors and wire say the same words. */
  keepCase: true,
  /** Sequence numbers stay far below 2^53, and as strings '9' would sort after '10'. */
  longs: Number,
  enums: String,
  /** A decoded message has every field: what the peer left out reads as proto3's default. */
  defaults: true,
  arrays: true,
  objects: true,
  oneofs: true,
} as const;
