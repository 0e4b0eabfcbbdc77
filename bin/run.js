/**
 * What stands before every program: says in one sentence what is missing, where a stack trace would.
 * Plain JavaScript of any age, since it has to run where the program cannot.
 */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

/** @param {string} program relative to this file, such as `../dist/main.js` */
export async function run(program) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 19)) {
    fail(
      `Node ${process.versions.node} is too old, 22.19 is needed; npx and npm run find the one that npm ci installed`,
    );
  } else if (existsSync(fileURLToPath(new URL(program, import.meta.url)))) {
    // What libraries say of themselves is nothing for whoever runs a program; src/, run as it is, says it.
    process.noDeprecation = true;
    // A tenth of a second less to start, from the second time on; where it cannot write, nothing happens.
    module.enableCompileCache();
    await import(program);
  } else {
    fail('not built yet; run npm run build');
  }
}

function fail(reason) {
  process.stderr.write(`ottoscaler: ${reason}\n`);
  process.exitCode = 1;
}
