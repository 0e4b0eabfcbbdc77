/** A command line that cannot be understood: one sentence that names the option and what to write. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
