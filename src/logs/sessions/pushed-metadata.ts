/**
 * What otto-agent says of a line besides its text: keys of LogEntry's metadata, which the contract leaves open.
 * The first two are the platform's, and identify a line; the others are ours, and a receiver may ignore them.
 */
export const pushedMetadata = {
  seq: 'otto.seq',
  stream: 'otto.stream',
  /** How many lines are missing here; the message is then the sentence that stands in their place. */
  gap: 'otto.gap',
  /** 'true': the line was too long; its next part has the next number, and this one ends with an ellipsis of ours. */
  continues: 'otto.continues',
} as const;

/** The header that carries OTTO_WORKER_TOKEN is `authorization: Bearer …`. */
export const bearerPrefix = 'Bearer ';
