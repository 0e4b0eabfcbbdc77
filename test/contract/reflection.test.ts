/**
 * Reflection as a client written in Go reads it: buf, which is stricter than Node's libraries.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { expect, test } from 'vitest';
import { ottoscalerService } from '../../src/rpc/contract.ts';
import type { ScaleRequest__Output } from '../../src/rpc/generated/ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse } from '../../src/rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import { reflectedDefinition } from '../../src/rpc/reflection.ts';
import { unary } from '../../src/rpc/unary.ts';

const buf = createRequire(import.meta.url).resolve('@bufbuild/buf/bin/buf');

async function echo(request: ScaleRequest__Output): Promise<ScaleResponse> {
  return { message: JSON.stringify(request.build_config) };
}

test('a client that knows no protos calls a method with a map by reflection', async () => {
  const server = new Server();
  server.addService(ottoscalerService, { ScaleUp: unary(echo, () => {}) });
  new ReflectionService(reflectedDefinition).addToServer(server);
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind('127.0.0.1:0', ServerCredentials.createInsecure());

  const url = `http://127.0.0.1:${port}/ottoscaler.v1.OttoscalerService/ScaleUp`;
  const data = JSON.stringify({ task_id: 'task-1', build_config: { image: 'busybox' } });
  const args = ['curl', '--protocol', 'grpc', '--http2-prior-knowledge', '--reflect', '--data', data, url];
  // Away from the checkout, where buf would find the protos themselves.
  const { stdout } = await promisify(execFile)(process.execPath, [buf, ...args], { cwd: tmpdir() });
  server.forceShutdown();
  expect(JSON.parse(stdout)).toEqual({ message: '{"image":"busybox"}' });
});
