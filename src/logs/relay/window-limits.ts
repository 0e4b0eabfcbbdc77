/** The bounds of the window, what it is answered, and what it counts. */

export interface WindowLimits {
  /** Unanswered and unsent together. */
  readonly linesMax: number;
  readonly weightMax: number;
  /** Of one message. */
  readonly messageLinesMax: number;
  readonly messageWeightMax: number;
  readonly messagesInFlightMax: number;
  readonly triesMax: number;
}

export const defaultLimits: WindowLimits = {
  linesMax: 16_384,
  weightMax: 8 * 2 ** 20,
  messageLinesMax: 256,
  messageWeightMax: 256 * 1_024,
  messagesInFlightMax: 1_024,
  triesMax: 10,
};

export interface Answer {
  readonly status: 'ACK' | 'RETRY' | 'DROP';
  readonly sequence: number;
  readonly throttleMs: number;
}

export interface WindowCounts {
  acks: number;
  retries: number;
  drops: number;
  /** Answers to no message that there ever was on the connection. */
  unknownAnswers: number;
  /** Answers to messages that were answered before. */
  repeatedAnswers: number;
  deliveredLines: number;
  /** Given up: refused, or wanted again too often. */
  givenUpLines: number;
  /** Gap records made here for numbers that the store did not have. */
  holes: number;
  /** Records of lines given up that were given up themselves. */
  unmarked: number;
  throttled: number;
}

export function noCounts(): WindowCounts {
  return {
    acks: 0,
    retries: 0,
    drops: 0,
    unknownAnswers: 0,
    repeatedAnswers: 0,
    deliveredLines: 0,
    givenUpLines: 0,
    holes: 0,
    unmarked: 0,
    throttled: 0,
  };
}
