/**
 * The contract as gRPC reflection serves it, so that grpcurl and Postman need no proto files.
 *
 * The loader's own descriptors name the entries of map fields in a way that
 * protobuf forbids, and clients in Go reject the whole file for it
 * (github.com/fullstorydev/grpcurl/issues/519). These were made by buf.
 */
import type { AnyDefinition, PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { packageDefinition } from './contract.ts';
import { fileDescriptorsBase64 } from './generated/file-descriptors.ts';

const fileDescriptorProtos = fileDescriptorsBase64.map((file) => Buffer.from(file, 'base64'));

/** For `new ReflectionService(reflectedDefinition)`; to load services use `contract.ts`. */
export const reflectedDefinition: PackageDefinition = Object.fromEntries(
  Object.entries(packageDefinition).map(([name, entry]) => [
    name,
    hasDescriptors(entry) ? { ...entry, fileDescriptorProtos } : entry,
  ]),
);

function hasDescriptors(entry: AnyDefinition): entry is Exclude<AnyDefinition, ServiceDefinition> {
  return 'fileDescriptorProtos' in entry;
}
