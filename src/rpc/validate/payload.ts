/** What a process is started with, counted as execve does: every string with its NUL, every variable with its `=`. */
import type { Limits } from './limits.ts';
import type { Pair } from './pairs.ts';
import { reject } from './reject.ts';
import { byteLength } from './text.ts';

export function withinPayload(
  field: string,
  command: readonly string[],
  variables: readonly Pair[],
  limits: Limits,
): void {
  const commandBytes = command.reduce((sum, part) => sum + byteLength(part) + 1, 0);
  const bytes = variables.reduce(
    (sum, [name, value]) => sum + byteLength(name) + byteLength(value) + 2,
    commandBytes,
  );
  if (bytes > limits.payloadBytesMax)
    reject(
      field,
      `command and environment are ${bytes} bytes; at most ${limits.payloadBytesMax} are allowed`,
    );
}
