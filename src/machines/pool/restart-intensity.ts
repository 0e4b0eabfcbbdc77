/**
 * OTP restart intensity: at most `intensity` restarts within `periodMs`, else the supervisor gives up.
 *
 * @see https://www.erlang.org/doc/system/sup_princ.html#maximum-restart-intensity
 */
export interface RestartPolicy {
  readonly intensity: number;
  readonly periodMs: number;
}

/**
 * @param earlier times in ms of earlier restarts, oldest first
 * @returns the times that still count, with this one, or undefined where this restart is one too many
 */
export function addRestart(
  earlier: readonly number[],
  nowMs: number,
  policy: RestartPolicy,
): readonly number[] | undefined {
  const counting = [...earlier.filter((t) => t > nowMs - policy.periodMs), nowMs];
  return counting.length > policy.intensity ? undefined : counting;
}
