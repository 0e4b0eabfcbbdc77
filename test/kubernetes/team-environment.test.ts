/** A developer's environment on a real API server: the real kubectl, with stand-ins for docker and kind. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { kubectl, requireKubeconfig } from '../support/kubernetes.ts';
import { freshMachine, TeamCheckout } from '../support/team-checkout.ts';

test('setup-user and deploy make what a developer works with, and status commands show it', async () => {
  const slug = `t${randomBytes(4).toString('hex')}`;
  const namespace = `${slug}-dev`;
  const checkout = new TeamCheckout({ ...freshMachine, docker: '' });
  checkout.real('kubectl');
  // Kind would have named it so.
  const kubeconfig = path.join(checkout.folder, '.kubeconfig');
  checkout.write('.kubeconfig', readFileSync(requireKubeconfig(), 'utf8'));
  const given = (await kubectl('config', 'current-context')).trim();
  await kubectl('--kubeconfig', kubeconfig, 'config', 'rename-context', given, `kind-ottoscaler-${slug}`);
  const environment = { KUBECONFIG: kubeconfig, HOME: checkout.folder };
  const make = (...args: string[]) => checkout.make(args, environment);

  expect((await make('add-user', 'USER=시험', `SLUG=${slug}`)).code).toBe(0);
  onTestFinished(() => void kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait=false'));
  const setUp = await make('setup-user', 'USER=시험');
  expect(setUp.stderr).not.toContain('rror');
  expect(setUp.code).toBe(0);
  const seen = await kubectl(
    '--kubeconfig',
    kubeconfig,
    'config',
    'view',
    '--minify',
    '-o',
    'jsonpath={..namespace}',
  );
  expect(seen).toBe(namespace);

  // An image that no registry has, so that the outcome is the same wherever this runs.
  const overlay = `k8s/overlays/${slug}/kustomization.yaml`;
  checkout.write(
    overlay,
    `${checkout.read(overlay)}images:\n  - { name: ottoscaler, newName: ottoscaler-of-nobody }\n`,
  );
  const deployed = await checkout.make(['deploy'], { ...environment, ROLLOUT_SECONDS: '1' });
  expect(deployed.code).not.toBe(0);
  expect(deployed.stderr).toContain('ottoscaler is not ready; make k8s-status shows why');
  const made = await kubectl(
    '-n',
    namespace,
    'get',
    'deployment,service,role,rolebinding,serviceaccount,networkpolicy',
    '-l',
    `ottoscaler.io/developer=${slug}`,
    '-o',
    'name',
  );
  for (const kind of ['deployment.apps', 'service', 'role.rbac.authorization.k8s.io', 'serviceaccount'])
    expect(made).toContain(`${kind}/ottoscaler\n`);

  const status = await make('status');
  expect(status.code).toBe(0);
  expect(status.stdout).toContain('deployment.apps/ottoscaler');
  const cluster = await make('k8s-status');
  expect(cluster.code).toBe(0);
  expect(cluster.stdout).toContain('deployment.apps/ottoscaler');
  const workers = await make('worker-status');
  expect(workers.code).toBe(0);
  expect(workers.stderr).toContain(`No resources found in ${namespace}`);
});
