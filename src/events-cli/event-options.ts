/**
 * The event that the command line asks for.
 *
 * Only what this program needs to know is checked. What an event may say is for Ottoscaler to judge, and a wrong one
 * is a way to see what it says.
 */
import { parseDuration } from '../cli/duration.ts';
import { UsageError } from '../cli/usage-error.ts';
import type { GivenEvent } from './command-line.ts';

export interface EventOptions {
  /** As they stand in the entry. */
  readonly fields: readonly string[];
  readonly type: string;
  /** '' where the entry's id is the task, or where all tasks are meant. */
  readonly taskId: string;
  readonly watch: boolean;
  /** `host:port`. */
  readonly server: string;
  readonly timeoutMs: number;
}

/** @throws UsageError */
export function eventOptions(given: GivenEvent, nowMs: number): EventOptions {
  const { type, pods, task, id, repo, sha, reason, field = [] } = given;
  if (type === undefined) throw new UsageError('-type is required; write scale_up or scale_down');
  if (pods === undefined) throw new UsageError('-pods is required: how many Pods');
  if (task === '') throw new UsageError('-task is empty; give it an id or leave it out');
  const named = {
    type,
    pod_count: pods,
    task_id: task,
    event_id: id,
    repository: repo,
    commit_sha: sha,
    reason,
  };
  const timestamp = String(Math.floor(nowMs / 1_000));
  const fields = Object.entries({ ...named, triggered_by: 'test-event', timestamp });
  return {
    fields: [
      ...fields.flatMap(([name, value]) => (value === undefined ? [] : [name, value])),
      ...field.flatMap(furtherField),
    ],
    type,
    taskId: task ?? (type === 'scale_up' ? (id ?? '') : ''),
    watch: given.watch ?? false,
    server: given.server,
    timeoutMs: parseDuration('-timeout', given.timeout),
  };
}

function furtherField(pair: string): readonly [name: string, value: string] {
  const at = pair.indexOf('=');
  if (at < 1) throw new UsageError(`-field: "${pair}" is not a field; write KEY=VALUE`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}
