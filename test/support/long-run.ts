/** What programs share that run for minutes or hours: their numbers on the command line, and Ctrl-C. */
import { InvalidArgumentError } from 'commander';

export const interruptedCode = 130;

/** For commander: a whole number within bounds. */
export const whole = (min: number, max: number) => (text: string) => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < min || number > max)
    throw new InvalidArgumentError(`write a whole number from ${min} to ${max}.`);
  return number;
};

/** Aborts with the first SIGINT or SIGTERM, so that what was made is removed; the second ends the process. */
export function untilInterrupted(program: string): AbortSignal {
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (abort.signal.aborted) process.exit(interruptedCode);
      console.error(`\n${program}: cleaning up; once more to end at once`);
      abort.abort(new Error(`interrupted by ${name}`));
    });
  }
  return abort.signal;
}
