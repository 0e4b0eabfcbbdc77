/** What a setting names is opened; where that fails, the sentence says which setting, what it names, and why. */
import { messageOf } from '../error-message.ts';

/** @throws Error in one sentence, with what `open` threw as its cause */
export function named<T>(setting: string, path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw new Error(`${setting}=${JSON.stringify(path)} cannot be used: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
