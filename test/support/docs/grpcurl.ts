/**
 * A stand-in for grpcurl, which no package of npm or Debian brings: the options that the documents use, handed to `buf curl`,
 * which speaks gRPC and reflection as grpcurl does. Answers are the same JSON; errors are told in grpcurl's form, and the
 * exit code is grpcurl's. An option that it does not know ends it, so that no command passes by being ignored.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const buf = fileURLToPath(new URL('../../../node_modules/@bufbuild/buf/bin/buf', import.meta.url));
const usageCode = 2;

const string = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  // grpcurl takes one dash for every option.
  args: process.argv.slice(2).map((word) => word.replace(/^-(?=[a-zA-Z][\w-]+$)/, '--')),
  allowPositionals: true,
  options: {
    plaintext: { type: 'boolean' },
    data: { ...string, short: 'd' },
    header: { ...string, short: 'H', multiple: true },
    cacert: string,
    cert: string,
    key: string,
    'max-time': string,
    'import-path': string,
    proto: string,
  },
});

const [address, symbol = ''] = positionals;
if (address === undefined || !/^(?:list|[\w.]+\/\w+)$/.test(symbol)) {
  console.error('grpcurl (stand-in): write an address, then list or a method as package.Service/Method');
  process.exit(usageCode);
}
const url = `${values.plaintext ? 'http' : 'https'}://${address}`;
const option = (name: string, value: string | undefined) => (value === undefined ? [] : [`--${name}`, value]);
const args = [
  'curl',
  '--protocol',
  'grpc',
  '--http2-prior-knowledge',
  ...option('data', values.data),
  ...(values.header ?? []).flatMap((header) => ['--header', header, '--reflect-header', header]),
  ...option('cacert', values.cacert),
  ...option('cert', values.cert),
  ...option('key', values.key),
  ...option('timeout', values['max-time'] && `${values['max-time']}s`),
  ...option('schema', values['import-path']),
  ...(symbol === 'list' ? ['--list-services', url] : [`${url}/${symbol}`]),
];
const { status, stderr } = spawnSync(process.execPath, [buf, ...args], {
  stdio: ['ignore', 'inherit', 'pipe'],
  encoding: 'utf8',
});
const error = /^\{[^]*?"code":\s*"(?<code>\w+)"[^]*?"message":\s*"(?<message>[^]*?)"\s*\}/m.exec(
  stderr,
)?.groups;
if (error?.['code'] !== undefined && status !== null && status >= 8) {
  const code = error['code'].replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
  console.error(`ERROR:\n  Code: ${code}\n  Message: ${error['message']}`);
  process.exit(64 + (status >> 3));
}
process.stderr.write(stderr);
process.exit(status ?? 1);
