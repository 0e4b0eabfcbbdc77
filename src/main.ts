#!/usr/bin/env node
/** The program `ottoscaler`: the server by default, or one of its companions. Nothing imports this file. */
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { loadEnvFile } from './cli/env-file.ts';
import { messageOf } from './error-message.ts';
import { checkHealth } from './programs/check-health.ts';
import { runLocalCluster } from './programs/local-cluster.ts';
import { makeCredential, type CredentialArguments } from './programs/make-credential.ts';
import { runReplay, type ReplayArguments } from './programs/replay.ts';
import { serve } from './programs/serve.ts';

const program = new Command('ottoscaler')
  .description('Runs CI/CD work on Kubernetes: worker Pods as actors, driven over gRPC.')
  .showHelpAfterError('(ottoscaler -h shows what there is)')
  .hook('preAction', loadEnvFile);

program
  .command('serve', { isDefault: true })
  .description('the server; configured by environment variables, see docs/configuration.md (default)')
  .action(async () => exitWith(await serve(process.env)));

program
  .command('local-cluster')
  .description('the embedded Kubernetes API alone, with a kubeconfig for kubectl')
  .option('--directory <path>', 'where its kubeconfig and logs are', '.tmp/local-cluster')
  .option('--port <number>', 'port on 127.0.0.1; 0 = a free one', port, 0)
  .option('--no-node', 'only the API: no Pod runs')
  .action(async (options: { directory: string; port: number; node: boolean }) =>
    exitWith(await runLocalCluster({ ...options, directory: path.resolve(options.directory) })),
  );

program
  .command('replay <file>')
  .description('lives a recording again without its cluster, and shows every actor (docs/replay.md)')
  .option('--until <line>', 'as it was after this line of the file; else at its end', lineNumber)
  .option('--actor <id>', "one actor's history instead; a part of its id is enough")
  .option('--json', 'for a program', false)
  .option(
    '--serve <port>',
    'then serves that moment over gRPC on 127.0.0.1, read only; 0 = a free port',
    port,
  )
  .option('--inspect', "then shows it on the inspector's page, on 127.0.0.1 and HTTP_PORT", false)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .addHelpText(
    'after',
    '\nEnds with 0 where every state is as it was, 1 where another path was taken, 2 where the file is no recording.',
  )
  .action(async (file: string, options: Omit<ReplayArguments, 'path'>) =>
    exitWith(await runReplay({ path: file, ...options })),
  );

program
  .command('healthcheck')
  .description('ends with 0 where the server serves, by gRPC health; of TLS and mTLS it takes OTTO_TLS_CA …')
  .option('--address <host:port>', 'the server; else where GRPC_HOST and GRPC_PORT say')
  .action(async ({ address }: { address?: string }) => exitWith(await checkHealth(process.env, address)));

program
  .command('credential')
  .description(
    'a token for a caller: shown once on stdout; on stderr its entry for GRPC_CREDENTIALS (docs/security.md)',
  )
  .requiredOption('--name <name>', 'who it is for')
  .requiredOption(
    '--role <role>',
    'viewer (look), handler (and command), operator (and the buttons of the inspector)',
  )
  .option('--days <number>', 'until it expires; else it does not', days)
  .action((options: CredentialArguments) => {
    const { token, entry } = makeCredential(options, Date.now());
    process.stderr.write(`${JSON.stringify(entry)}\n`);
    process.stdout.write(`${token}\n`);
  });

function days(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('it is a whole number of days from 1.');
  return Number(text);
}

function lineNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('a line is a whole number from 1.');
  return Number(text);
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('a port is a whole number from 0 to 65535.');
  return value;
}

/** Everything has ended; what still holds the loop open (a socket that lingers) must not hold the exit. */
function exitWith(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), 1_000).unref();
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`ottoscaler: ${messageOf(error)}\n`);
  exitWith(1);
}
