/**
 * Generates `src/rpc/generated` from `proto/`, with the loader options the program itself uses.
 *
 *   node scripts/generate-proto.ts           writes what changed and deletes what is no longer generated
 *   node scripts/generate-proto.ts --check   writes nothing; exits with 1 and names the files that differ
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loaderOptions, serviceProtoFiles } from '../src/rpc/loader-options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'src/rpc/generated');

/** The loader options as the generator's flags: `keepCase: true` is `--keepCase`, `longs: Number` is `--longs Number`. */
function generatorFlags(): string[] {
  return Object.entries(loaderOptions).flatMap(([name, value]) =>
    typeof value === 'function' ? [`--${name}`, value.name] : value ? [`--${name}`] : [],
  );
}

function generateInto(folder: string): void {
  const bin = createRequire(import.meta.url).resolve(
    '@grpc/proto-loader/build/bin/proto-loader-gen-types.js',
  );
  const paths = ['--includeDirs', 'proto', '--outDir', folder, ...serviceProtoFiles];
  const style = ['--grpcLib', '@grpc/grpc-js', '--importFileExtension', '.ts', '--includeComments'];
  execFileSync(process.execPath, [bin, ...generatorFlags(), ...style, ...paths], {
    cwd: root,
    stdio: 'pipe',
  });
}

/**
 * The contract's file descriptors as protoc would make them, for gRPC reflection: those of protobufjs name map
 * entries wrongly, and clients written in Go refuse them (github.com/fullstorydev/grpcurl/issues/519).
 */
function descriptorModule(): string {
  const buf = createRequire(import.meta.url).resolve('@bufbuild/buf/bin/buf');
  const image = execFileSync(buf, ['build', '--as-file-descriptor-set', '--exclude-source-info', '-o', '-'], {
    cwd: root,
  });
  const files = [...repeatedField(image)].map((file) => `  '${Buffer.from(file).toString('base64')}',\n`);
  const docs = '/** One google.protobuf.FileDescriptorProto each, in base64; dependencies come first. */';
  return `${docs}\nexport const fileDescriptorsBase64: readonly string[] = [\n${files.join('')}];\n`;
}

/** The elements of a message that has one repeated, length-delimited field, number 1: a FileDescriptorSet. */
function* repeatedField(message: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < message.length;) {
    if (message[at] !== 0x0a) throw new Error(`unexpected tag ${message[at]} at byte ${at}`);
    at += 1;
    let length = 0;
    for (let shift = 0; ; shift += 7, at += 1) {
      const byte = message[at] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    yield message.subarray(at + 1, at + 1 + length);
    at += 1 + length;
  }
}

/** The `.ts` files below a folder by their relative path; empty where the folder does not exist. */
function readTree(folder: string): Map<string, string> {
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
  return new Map(
    entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}

function freshTree(): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'ottoscaler-proto-'));
  try {
    generateInto(folder);
    return readTree(folder).set('file-descriptors.ts', descriptorModule());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function write(stale: readonly string[], fresh: ReadonlyMap<string, string>): void {
  for (const path of stale) {
    const contents = fresh.get(path);
    if (contents === undefined) {
      rmSync(join(target, path));
    } else {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      writeFileSync(join(target, path), contents);
    }
  }
}

const fresh = freshTree();
if (fresh.size === 0) throw new Error('the generator made no files');
const committed = readTree(target);
const stale = [...new Set([...fresh.keys(), ...committed.keys()])]
  .filter((path) => fresh.get(path) !== committed.get(path))
  .toSorted();

if (!process.argv.includes('--check')) {
  write(stale, fresh);
  console.log(`src/rpc/generated: ${fresh.size} files, ${stale.length} changed`);
} else if (stale.length > 0) {
  console.error(`src/rpc/generated is not what proto/ says; run node scripts/generate-proto.ts. Differing:`);
  for (const path of stale) console.error(`  ${path}`);
  process.exitCode = 1;
}
