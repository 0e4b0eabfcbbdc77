/**
 * What the inspector's page and the server say to each other: JSON, one message a WebSocket frame, on `/inspect`.
 *
 * Types only, imported by both. The page gets the whole tree once, then changes of rows in batches; of one actor, one
 * run and one log at a time it gets all there is. Everything is bounded here: a page that cannot keep up gets the tree
 * anew instead of a queue that grows.
 *
 * The page is built into dist/page: dist/inspector is where the server's own compiled files are.
 */

export type ActorKind = 'pool' | 'pipeline' | 'stage' | 'worker' | 'scale-up' | 'scale-down';

/** One actor as a line of the tree. Absent is what it does not have. */
export interface ActorRow {
  /** Of the actor, unique in the tree. */
  readonly id: string;
  /** '' of the pool. */
  readonly parent: string;
  readonly kind: ActorKind;
  /** For people: a Pod's name, a stage's or run's id, a task. */
  readonly name: string;
  /** Leaf of its chart's state, as in `running` or `cleanup.deleting`; regions are joined by a comma, a run's journal left out. */
  readonly state: string;
  /** The four words of every lifecycle here, for colours and counts. */
  readonly phase: 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'cleanup';
  readonly task?: string;
  /** Id of the run; the pipeline's own row has it, too. */
  readonly pipeline?: string;
  readonly stage?: string;
  readonly attempt?: number;
  /** Why it is where it is, in a clause. */
  readonly reason?: string;
  /** Name of the failure union. */
  readonly failure?: string;
  /** Epoch ms, when it came to this state; 0 where nobody looked then. */
  readonly sinceMs: number;
  /** Epoch ms, when it will wait no longer. */
  readonly deadlineMs?: number;
  /** It is over; the row stays while the pool remembers it. */
  readonly isOver: boolean;
}

/** Something that happened to the chosen actor. */
export interface ActorHappening {
  /** Grows by one in each actor since somebody looks. */
  readonly n: number;
  readonly atMs: number;
  readonly event: string;
  /** Id of the actor or name of the effect that sent it; '' from outside. */
  readonly from: string;
  readonly stateBefore: string;
  /** The same where the event changed nothing. */
  readonly stateAfter: string;
  /** What the event said, redacted and cut; JSON. */
  readonly data?: unknown;
}

/** All of one actor. */
export interface ActorDetail {
  readonly row: ActorRow;
  /** As the chart's state value, JSON: which of its states are lit; null of one that is over: `row.state` tells. */
  readonly value: unknown;
  /** Redacted and cut; JSON. */
  readonly context: unknown;
  /** Name of its chart: ask `/api/charts/<name>` for it. */
  readonly chart: string;
  /** "Why is it here?" in one sentence. */
  readonly why: string;
  /** Timers that it waits for. */
  readonly timers: readonly { readonly name: string; readonly dueMs: number }[];
  /** The newest, oldest first. */
  readonly happenings: readonly ActorHappening[];
}

/** A chart as it is drawn: `/api/charts/<name>`. */
export interface Chart {
  readonly name: string;
  readonly root: ChartState;
}

export interface ChartState {
  /** Path from the root, joined by dots; '' of the root. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** Id of the state that it enters at first. */
  readonly initial?: string;
  /** Effects that run while it is there. */
  readonly invokes: readonly string[];
  readonly tags: readonly string[];
  readonly description?: string;
  readonly children: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

export interface ChartTransition {
  /** Event type; `after <delay>` and `always` too. */
  readonly event: string;
  /** Empty where it stays. */
  readonly targets: readonly string[];
  readonly guard?: string;
}

/** One run with all that DAG, critical path and Gantt need. Times are epoch ms, absent while they have not come. */
export interface RunPicture {
  readonly pipelineId: string;
  readonly name: string;
  readonly phase: ActorRow['phase'];
  readonly message: string;
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly canCancel: boolean;
  readonly canRetry: boolean;
  readonly stages: readonly StagePicture[];
  /** Ids along the longest way so far. */
  readonly criticalPath: readonly string[];
}

export interface StagePicture {
  readonly stageId: string;
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly runWhen: 'success' | 'failure' | 'always';
  readonly phase: ActorRow['phase'] | 'skipped' | 'retrying';
  readonly message: string;
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly attempts: readonly AttemptPicture[];
}

/** One worker's life: from created to started it queues, to ended it runs, to gone it is cleaned up. */
export interface AttemptPicture {
  /** The Pod's name, as in the worker's row. */
  readonly worker: string;
  readonly attempt: number;
  readonly index: number;
  readonly phase: ActorRow['phase'];
  readonly createdMs?: number;
  readonly startedMs?: number;
  readonly endedMs?: number;
  /** When its Pod was seen gone; absent also where that is not known. */
  readonly goneMs?: number;
  readonly reason?: string;
}

export interface LogLine {
  readonly atMs: number;
  readonly source: 'stdout' | 'stderr';
  readonly text: string;
  /** Lines are missing here; the text says how many and why. */
  readonly isGap?: true;
}

/** Where a recording stands. */
export interface TapePlace {
  /** Line of the file, from 1. */
  readonly n: number;
  readonly last: number;
  readonly atMs: number;
  /** The input that was taken last, as a clause. */
  readonly what: string;
}

export type ServerMessage =
  | {
      readonly type: 'hello';
      readonly version: string;
      readonly namespace: string;
      readonly session: Session;
      /** Present where a recording is shown instead of a pool at work. */
      readonly tape?: TapePlace;
      /** Epoch ms of the server: the page shows ages by it. */
      readonly nowMs: number;
    }
  /** The whole tree: forget what there was. `truncated`: how many more there are than are sent. */
  | {
      readonly type: 'tree';
      readonly nowMs: number;
      readonly rows: readonly ActorRow[];
      readonly truncated: number;
    }
  | {
      readonly type: 'changes';
      readonly nowMs: number;
      readonly rows: readonly ActorRow[];
      readonly gone: readonly string[];
    }
  /** Of the chosen actor: all when chosen, later what is new of it (`happenings` only new ones). */
  | { readonly type: 'detail'; readonly detail: ActorDetail }
  | { readonly type: 'run'; readonly run: RunPicture }
  | {
      readonly type: 'log';
      readonly worker: string;
      readonly lines: readonly LogLine[];
      readonly isOver: boolean;
    }
  | { readonly type: 'tape'; readonly tape: TapePlace }
  /** The chosen thing is not there, or what was asked cannot be done: a sentence. */
  | { readonly type: 'refused'; readonly what: 'choose' | 'run' | 'log' | 'seek'; readonly why: string };

export type PageMessage =
  /** One at a time; '' = none. */
  | { readonly type: 'choose'; readonly id: string }
  /** One at a time; '' = none. */
  | { readonly type: 'run'; readonly pipelineId: string }
  /** A worker's, by the Pod's name; '' = none. */
  | { readonly type: 'log'; readonly worker: string }
  | { readonly type: 'seek'; readonly n: number }
  /** To the next or former input that changed a state. */
  | { readonly type: 'step'; readonly by: 1 | -1 };

/**
 * How a page says on a WebSocket who looks, since a browser lets it send no header: it offers the subprotocol `name` and,
 * where it has a token, a second one of `bearerPrefix` and the token in base64url.
 */
export interface Handshake {
  readonly name: 'ottoscaler';
  readonly bearerPrefix: 'base64url.bearer.ottoscaler.';
  /** With this code (RFC 6455, 7.4.2) a page is closed whose credential is let in no more, or as another role. */
  readonly signedOut: 4401;
}

/** `GET /api/session`: whom the server takes the page for; 401 with a sentence where that is nobody who may look. */
export interface Session {
  /** Of the credential; '' where none is asked for. */
  readonly name: string;
  /** What the buttons may do. */
  readonly role: 'viewer' | 'operator';
}

/**
 * Buttons: `POST /api/actions/<name>` with JSON; answers `{message}` with 200, or 4xx with a sentence in `message`.
 * Asked for with the header `x-ottoscaler: inspector`, which no other site's page can send.
 */
export interface Actions {
  readonly 'cancel-pipeline': {
    readonly pipelineId: string;
    readonly mode: 'now' | 'finish-running' | 'run-finally';
  };
  readonly 'retry-pipeline': { readonly pipelineId: string };
  /** `workerCount`: how many of the task's workers shall remain. */
  readonly 'scale-down': { readonly taskId: string; readonly workerCount: number };
}

/** `GET /api/tapes`: recordings that may be opened, in RECORD_FILE's folder; `/inspect?tape=<name>` opens one. */
export interface Tapes {
  readonly tapes: readonly { readonly name: string; readonly bytes: number; readonly changedMs: number }[];
}
