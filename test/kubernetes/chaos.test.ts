/**
 * The chaos of `npm run chaos` in small. KILL_SEED draws other things to do; when they are done is another time each.
 * The API server and etcd are killed too where CHAOS_RESTART_APISERVER and CHAOS_RESTART_ETCD say how.
 */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runChaos } from '../chaos/chaos.ts';
import { asText, complaints } from '../chaos/report.ts';
import { restartsFrom } from '../chaos/restarts.ts';
import { requireKubeconfig } from '../support/kubernetes.ts';

const seed = Number(process.env['KILL_SEED'] ?? 1);
const kills = 12;

test(
  `under load, ${kills} kills and all that else may happen lose, double and leak nothing, seed ${seed}`,
  { tags: ['G1', 'G2', 'G4', 'F36', 'F42', 'F45', 'I1', 'I3', 'I4', 'I7', 'I12'] },
  async () => {
    const found = await runChaos({
      kubeconfigPath: requireKubeconfig(),
      program: fileURLToPath(new URL('../../src/main.ts', import.meta.url)),
      kills,
      minutesMax: 4,
      seed,
      clients: 4,
      restarts: restartsFrom(process.env, 1),
      signal: new AbortController().signal,
      progress: { step: () => {}, detail: () => {}, end: () => {} },
    });
    console.log(asText(found));
    expect(complaints(found)).toEqual([]);
    expect(found.kills).toBeGreaterThanOrEqual(kills);
    expect(found.passed).toBe(true);
  },
);
