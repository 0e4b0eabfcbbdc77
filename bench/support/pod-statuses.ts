/** What a kubelet says of a Pod that it runs. */

/** From its start to its end, merged one after the other into its status. */
export function statuses(): readonly object[] {
  const startedAt = new Date().toISOString();
  const terminated = { exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt };
  return [
    { phase: 'Running', startTime: startedAt, containerStatuses: [container({ running: { startedAt } })] },
    { phase: 'Succeeded', containerStatuses: [container({ terminated })] },
  ];
}

function container(state: object): object {
  return { name: 'worker', image: 'busybox', imageID: '', ready: false, restartCount: 0, state };
}
