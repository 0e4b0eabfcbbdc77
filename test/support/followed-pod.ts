/** What a follower needs of a worker, of its Pod as it was observed. */
import type { Followed } from '../../src/logs/follow/followed-lines.ts';
import type { ObservedPod } from '../../src/machines/pod.ts';

export function followedPod(pod: Pick<ObservedPod, 'name' | 'uid'>, namespace = 'default'): Followed {
  return {
    container: 'worker',
    origin: {
      workerId: pod.name,
      taskId: 'task',
      pipelineId: '',
      stageId: '',
      podName: pod.name,
      podUid: pod.uid,
      namespace,
      nodeName: 'node',
      createdAt: '2026-01-01T00:00:00Z',
      labels: {},
    },
  };
}
