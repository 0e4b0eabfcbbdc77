import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const folder = path.dirname(fileURLToPath(import.meta.resolve('ottoscaler/proto/ottoscaler/v1/scale.proto')));

/** A service of the contract, with fields and enums under their names on the wire. */
export function serviceOf(file: string, name: string): ServiceClientConstructor {
  const definitions = loadSync(path.join(folder, file), {
    keepCase: true,
    longs: Number,
    enums: String,
    defaults: true,
    includeDirs: [path.resolve(folder, '../..')],
  });
  const { ottoscaler } = loadPackageDefinition(definitions);
  return Object(ottoscaler).v1[name];
}
