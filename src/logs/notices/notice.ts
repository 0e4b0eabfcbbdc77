/** What otto-handler is told of a worker's life. */

export type NoticeStatus = 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'TERMINATED';

export interface NoticedWorker {
  readonly workerId: string;
  readonly taskId: string;
  /** Further facts for people. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Notice extends NoticedWorker {
  readonly status: NoticeStatus;
  /** Beginning with the failure's name where there is one; may be empty. */
  readonly reason: string;
  /** RFC 3339. */
  readonly time: string;
}

/** How far a life has come: each is told once, and none after a later one. */
export function stageOf(status: NoticeStatus): number {
  switch (status) {
    case 'CREATED':
      return 1;
    case 'RUNNING':
      return 2;
    case 'COMPLETED':
    case 'FAILED':
    case 'TERMINATED':
      return 3;
  }
}

/** Tells it. Rejects where no answer came. */
export type TellNotice = (notice: Notice) => Promise<'RECEIVED' | 'IGNORED' | 'ERROR'>;
