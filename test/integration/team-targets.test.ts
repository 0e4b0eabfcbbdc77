/** make's targets for the team's environments, with stand-ins for docker, kind and kubectl. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandsOf, freshMachine, TeamCheckout } from '../support/team-checkout.ts';

const team = [
  ['한진우', 'hanjinwoo'],
  ['장준영', 'jangjunyoung'],
  ['고민지', 'gominji'],
  ['이지윤', 'leejiyun'],
  ['김보아', 'kimboa'],
  ['유호준', 'yoohojun'],
] as const;
const everybody = team.map(([name, slug]) => `${name} (${slug})`).join(', ');

const kubectl = 'kubectl --context kind-ottoscaler-hanjinwoo --namespace hanjinwoo-dev';
const devContainer = (folder: string) =>
  `docker run --detach --name ottoscaler-dev --network host --workdir /workspace --volume ${folder}:/workspace ` +
  '--volume ottoscaler-node-modules:/workspace/node_modules --volume ottoscaler-npm-cache:/root/.npm ' +
  '--volume /home/dev/.kube:/root/.kube:ro --volume /var/run/docker.sock:/var/run/docker.sock ' +
  '--env REDIS_HOST=localhost ottoscaler-dev:latest sleep infinity';

/** What is asked before something is done. */
const isQuestion = (call: string) =>
  / inspect | get deployment ottoscaler |^kubectl version |^docker (?:buildx )?version$/.test(call);

/** The exact commands of every target, which DRY_RUN=1 prints and nothing runs. */
const commands: Readonly<Record<string, readonly string[]>> = {
  'setup-user USER=한진우': [
    'kind create cluster --name ottoscaler-hanjinwoo --wait 120s',
    'kubectl config set-context kind-ottoscaler-hanjinwoo --namespace=hanjinwoo-dev',
    'kubectl config use-context kind-ottoscaler-hanjinwoo',
    'kubectl --context kind-ottoscaler-hanjinwoo apply -f k8s/overlays/hanjinwoo/namespace.yaml',
  ],
  'remove-user USER=한진우': [
    'kind delete cluster --name ottoscaler-hanjinwoo',
    'rm -rf k8s/overlays/hanjinwoo .env.hanjinwoo.local',
  ],
  build: ['docker build --tag ottoscaler:latest .'],
  'build IMAGE=registry.test/ottoscaler:1.2': ['docker build --tag registry.test/ottoscaler:1.2 .'],
  deploy: [
    'kind load docker-image ottoscaler:latest --name ottoscaler-hanjinwoo',
    `${kubectl} apply -k k8s/overlays/hanjinwoo`,
    `${kubectl} rollout restart deployment/ottoscaler`,
    `${kubectl} rollout status deployment/ottoscaler --timeout=120s`,
  ],
  'deploy IMAGE=ottoscaler:mine': [
    'kind load docker-image ottoscaler:mine --name ottoscaler-hanjinwoo',
    `${kubectl} apply -k k8s/overlays/hanjinwoo`,
    `${kubectl} set image deployment/ottoscaler ottoscaler=ottoscaler:mine`,
    `${kubectl} rollout status deployment/ottoscaler --timeout=120s`,
  ],
  logs: [`${kubectl} logs -l app=ottoscaler -f --tail=200 --prefix`],
  'worker-status': [`${kubectl} get pods -l managed-by=ottoscaler -o wide`],
  'worker-status ARGS=-w': [`${kubectl} get pods -l managed-by=ottoscaler -o wide -w`],
  "worker-status ARGS=it's": [`${kubectl} get pods -l managed-by=ottoscaler -o wide 'it'\\''s'`],
  'port-forward': [`${kubectl} port-forward deployment/ottoscaler 9090:9090`],
  'k8s-status': [
    `${kubectl} cluster-info`,
    `${kubectl} get nodes -o wide`,
    `${kubectl} get deployments,pods,services,leases`,
    `${kubectl} get events --sort-by=.lastTimestamp --field-selector type=Warning`,
  ],
  'dev-build': ['docker build --file dev.Dockerfile --tag ottoscaler-dev:latest .'],
  'dev-start': [
    'mkdir -p node_modules /home/dev/.kube',
    'docker run --detach --name ottoscaler-redis --publish 127.0.0.1:6379:6379 redis:7-alpine',
    devContainer('FOLDER'),
  ],
  'dev-shell': ['docker exec --interactive --tty ottoscaler-dev bash'],
  'dev-stop': ['docker stop ottoscaler-dev ottoscaler-redis'],
  'dev-clean': [
    'docker rm --force --volumes ottoscaler-dev ottoscaler-redis',
    'docker volume rm --force ottoscaler-node-modules ottoscaler-npm-cache',
    'docker image rm --force ottoscaler-dev:latest',
  ],
  'redis-cli': ['redis-cli -h localhost -p 6379 -n 0'],
};

test.for(Object.entries(commands))(
  'DRY_RUN=1 make %s shows its commands and runs none',
  async ([line, expected]) => {
    const checkout = new TeamCheckout();
    checkout.write('.env.hanjinwoo.local', checkout.read('.env.example'));
    const { code, stdout, stderr } = await checkout.make([...line.split(' '), 'DRY_RUN=1']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(commandsOf(stdout.replaceAll(checkout.folder, 'FOLDER'))).toEqual(expected);
    expect(checkout.calls()).toEqual([]);
  },
);

describe('setup-user', () => {
  test.for(team)('makes the environment of %s, once', async ([name, slug]) => {
    const checkout = new TeamCheckout();
    const first = await checkout.make(['setup-user', `USER=${name}`]);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain(`${name}'s environment is ready`);
    expect(checkout.calls().filter((call) => !isQuestion(call))).toEqual([
      'kind get clusters',
      ...(commands['setup-user USER=한진우'] ?? []).map((line) => line.replaceAll('hanjinwoo', slug)),
    ]);
    const environment = checkout.read(`.env.${slug}.local`);
    for (const line of [
      `KIND_CLUSTER=ottoscaler-${slug}`,
      `KUBE_CONTEXT=kind-ottoscaler-${slug}`,
      `NAMESPACE=${slug}-dev`,
      `OVERLAY=k8s/overlays/${slug}`,
      `# ${name}'s environment`,
    ])
      expect(environment).toContain(line);
    const others = team.filter(([other]) => other !== name).flat();
    expect(others.filter((other) => environment.includes(other))).toEqual([]);
    expect(checkout.read(`k8s/overlays/${slug}/kustomization.yaml`)).toContain(`namespace: ${slug}-dev`);
    expect(checkout.read(`k8s/overlays/${slug}/namespace.yaml`)).toContain(`name: ${slug}-dev`);

    checkout.write(`.env.${slug}.local`, 'MINE=1\n');
    checkout.write(`k8s/overlays/${slug}/kustomization.yaml`, '# mine\n');
    const again = await checkout.make(['setup-user', `USER=${slug}`]);
    expect(again.code).toBe(0);
    expect(checkout.calls()).not.toContain(`kind create cluster --name ottoscaler-${slug} --wait 120s`);
    expect(checkout.read(`.env.${slug}.local`)).toBe('MINE=1\n');
    expect(checkout.read(`k8s/overlays/${slug}/kustomization.yaml`)).toBe('# mine\n');
  });

  test('takes nobody for the developer who did not say so, whoever is logged in', async () => {
    const checkout = new TeamCheckout();
    const { code, stderr } = await checkout.make(['setup-user']);
    expect(code).not.toBe(0);
    expect(stderr).toContain(`say whose environment: make setup-user USER=name, of ${everybody}`);
    expect(checkout.calls()).toEqual([]);
  });

  test.for(['홍길동', 'han', "';touch harm;'", '$(HOME)', '.*'])('lists the team for %s', async (name) => {
    const checkout = new TeamCheckout();
    const { code, stderr } = await checkout.make(['setup-user', `USER=${name}`]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(everybody);
    expect(checkout.calls()).toEqual([]);
    expect(checkout.has('harm')).toBe(false);
  });

  test('works for somebody whom add-user added', async () => {
    const checkout = new TeamCheckout();
    expect((await checkout.make(['add-user', 'USER=홍길동', 'SLUG=honggildong'])).code).toBe(0);
    const again = await checkout.make(['add-user', 'USER=홍길동', 'SLUG=hong']);
    expect(again.stderr).toContain('홍길동 is on the team already, as honggildong');
    const taken = await checkout.make(['add-user', 'USER=김철수', 'SLUG=honggildong']);
    expect(taken.stderr).toContain('SLUG="honggildong" is taken by 홍길동');
    const wrong = await checkout.make(['add-user', 'USER=김철수', 'SLUG=Kim_Cheolsu']);
    expect(wrong.stderr).toContain('SLUG="Kim_Cheolsu" must be 2 to 31 lower-case letters and digits');
    expect((await checkout.make(['setup-user', 'USER=홍길동'])).code).toBe(0);
    expect(checkout.read('.env.honggildong.local')).toContain('NAMESPACE=honggildong-dev');
  });
});

describe('an environment is chosen', () => {
  const settings = (slug: string) =>
    `# one\nNAMESPACE="${slug}-dev"\nexport KUBE_CONTEXT=kind-ottoscaler-${slug} # mine\nGRPC_PORT=9190\r\n`;

  test('by USER, else by ENV_FILE, else because there is no other', async () => {
    const checkout = new TeamCheckout();
    checkout.write('.env.gominji.local', settings('gominji'));
    const forwarded = (slug: string) =>
      `kubectl --context kind-ottoscaler-${slug} --namespace ${slug}-dev port-forward deployment/ottoscaler 9190:9090`;
    await checkout.make(['port-forward']);
    expect(checkout.calls()).toEqual([forwarded('gominji')]);

    checkout.write('.env.kimboa.local', settings('kimboa'));
    const unclear = await checkout.make(['port-forward']);
    expect(unclear.stderr).toContain('more than one environment (.env.gominji.local, .env.kimboa.local)');
    await checkout.make(['port-forward', 'USER=김보아']);
    await checkout.make(['port-forward'], { ENV_FILE: '.env.gominji.local' });
    await checkout.make(['port-forward', 'ENV_FILE=.env.kimboa.local', 'USER=gominji']);
    expect(checkout.calls()).toEqual([forwarded('kimboa'), forwarded('gominji'), forwarded('gominji')]);
  });

  test('and where it is not there, what makes one is said', async () => {
    const checkout = new TeamCheckout();
    expect((await checkout.make(['logs'])).stderr).toContain(
      `make setup-user USER=name makes one, for ${everybody}`,
    );
    expect((await checkout.make(['logs', 'USER=이지윤'])).stderr).toContain(
      'make logs: 이지윤 has no environment on this machine yet; make setup-user USER=이지윤 makes one',
    );
    expect((await checkout.make(['logs', 'ENV_FILE=.env.nobody'])).stderr).toContain(
      'ENV_FILE=".env.nobody" cannot be read',
    );
    checkout.write('.env.half.local', 'NAMESPACE=x\n');
    expect((await checkout.make(['logs'])).stderr).toContain('.env.half.local says no KUBE_CONTEXT');
    expect(checkout.calls()).toEqual([]);
  });
});

describe('deploy', () => {
  test('asks for the image first, then does what it shows', async () => {
    const checkout = new TeamCheckout();
    await checkout.make(['setup-user', 'USER=한진우']);
    checkout.calls();
    const early = await checkout.make(['deploy']);
    expect(early.stderr).toContain('there is no image ottoscaler:latest here; make build builds it');
    expect((await checkout.make(['build'])).code).toBe(0);
    checkout.calls();
    expect((await checkout.make(['deploy'])).code).toBe(0);
    const restart = `${kubectl} rollout restart deployment/ottoscaler`;
    const first = checkout.calls().filter((call) => !isQuestion(call));
    expect(first).toEqual(commands['deploy']?.filter((call) => call !== restart));
    expect((await checkout.make(['deploy'])).code).toBe(0);
    expect(checkout.calls().filter((call) => !isQuestion(call))).toEqual(commands['deploy']);
  });

  test('waits for the leader only where several replicas are wanted: who stands by is never ready', async () => {
    const checkout = new TeamCheckout({
      ...freshMachine,
      kubectl: 'case "$*" in version*) echo kustomizeVersion;; *spec.replicas*) echo 2;; esac',
    });
    await checkout.make(['setup-user', 'USER=한진우']);
    await checkout.make(['build']);
    checkout.calls();
    expect((await checkout.make(['deploy'])).code).toBe(0);
    const waits = checkout.calls().filter((call) => call.includes('--timeout=120s'));
    const wait = (what: string) =>
      `${kubectl} wait '--for=jsonpath={.status.${what}' deployment/ottoscaler --timeout=120s`;
    expect(waits).toEqual([wait('updatedReplicas}=2'), wait('readyReplicas}=1')]);
  });

  test('says where to look when the Pod does not become ready', async () => {
    const checkout = new TeamCheckout({
      ...freshMachine,
      kubectl:
        'case "$*" in version*) echo kustomizeVersion;; *"rollout status"*) exit 1;; *"get pods"*) echo "ottoscaler-1 ErrImagePull";; esac',
    });
    await checkout.make(['setup-user', 'USER=한진우']);
    await checkout.make(['build']);
    const { code, stderr } = await checkout.make(['deploy']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('ottoscaler-1 ErrImagePull');
    expect(stderr).toContain('ottoscaler is not ready; make k8s-status shows why, make logs what it said');
  });
});

test.for(['build', 'dev-build'])("make %s says that docker's former builder does not do", async (target) => {
  const checkout = new TeamCheckout({ ...freshMachine, docker: 'test "$1" != buildx' });
  const { code, stderr } = await checkout.make([target]);
  expect(code).not.toBe(0);
  expect(stderr).toContain(`make ${target}: docker's buildx is needed; `);
  expect(checkout.calls()).toEqual(['docker version', 'docker buildx version']);
});

test('dev-start builds the image where there is none, and starts again what was stopped', async () => {
  const checkout = new TeamCheckout();
  const home = { HOME: checkout.folder };
  expect((await checkout.make(['dev-shell'])).stderr).toContain('make dev-start starts it');
  checkout.calls();
  expect((await checkout.make(['dev-start'], home)).code).toBe(0);
  const first = checkout.calls().filter((call) => !isQuestion(call));
  expect(first).toEqual([
    ...(commands['dev-build'] ?? []),
    commands['dev-start']?.[1],
    devContainer(checkout.folder).replace('/home/dev', checkout.folder),
  ]);
  expect(checkout.has('node_modules')).toBe(true);
  expect((await checkout.make(['dev-start'], home)).code).toBe(0);
  expect(checkout.calls().filter((call) => !isQuestion(call))).toEqual([
    'docker start ottoscaler-redis',
    'docker start ottoscaler-dev',
  ]);
});

test.for<[tool: string, line: string, advice: string]>([
  ['docker', 'setup-user USER=한진우', 'apt-get install docker.io'],
  ['kind', 'setup-user USER=한진우', 'https://kind.sigs.k8s.io'],
  ['kubectl', 'logs', 'apt-get install kubernetes-client'],
  ['docker', 'build', 'make compile builds dist alone'],
  ['docker', 'dev-start', 'Docker Desktop'],
  ['redis-cli', 'redis-cli', 'apt-get install redis-tools'],
])('without %s, make %s says how to get it', async ([tool, line, advice]) => {
  const { [tool]: _missing, ...rest } = freshMachine;
  const checkout = new TeamCheckout(rest);
  checkout.write('.env.hanjinwoo.local', checkout.read('.env.example'));
  const { code, stderr } = await checkout.make(line.split(' '));
  expect(code).not.toBe(0);
  expect(stderr).toContain(`${tool} is needed and not on the PATH`);
  expect(stderr).toContain(advice);
  expect(checkout.calls().filter((call) => !isQuestion(call))).toEqual([]);
});

test.for(['setup-user USER=한진우', 'build', 'deploy', 'dev-start'])(
  'make %s says that docker is there and does not answer',
  async (line) => {
    const checkout = new TeamCheckout({ ...freshMachine, docker: 'exit 1' });
    checkout.write('.env.hanjinwoo.local', checkout.read('.env.example'));
    checkout.write('k8s/overlays/hanjinwoo/kustomization.yaml', '');
    const { code, stderr } = await checkout.make(line.split(' '));
    expect(code).not.toBe(0);
    expect(stderr).toContain('docker does not answer; start Docker Desktop');
    expect(checkout.calls().filter((call) => !call.startsWith('kubectl version'))).toEqual([
      'docker version',
    ]);
  },
);

test('make deploy says that a kubectl is too old for the manifests', async () => {
  const checkout = new TeamCheckout({ ...freshMachine, kubectl: `echo '{"clientVersion": "v1.20.2"}'` });
  checkout.write('.env.hanjinwoo.local', checkout.read('.env.example'));
  const { code, stderr } = await checkout.make(['deploy']);
  expect(code).not.toBe(0);
  expect(stderr).toContain('make deploy: kubectl 1.24 or later is needed, for its kustomize; ');
});

test('list-envs and status show what is on this machine, whatever is missing', async () => {
  const checkout = new TeamCheckout();
  await checkout.make(['setup-user', 'USER=고민지']);
  const listed = await checkout.make(['list-envs']);
  expect(listed.stdout).toMatch(
    /^gominji +ottoscaler-gominji \* +gominji-dev +\.env\.gominji\.local \* +고민지$/m,
  );
  expect(listed.stdout).toMatch(/^kimboa +ottoscaler-kimboa +kimboa-dev +\.env\.kimboa\.local +김보아$/m);
  checkout.calls();
  const status = await checkout.make(['status']);
  expect(status.code).toBe(0);
  expect(checkout.calls().filter((call) => call.startsWith('kubectl'))).toEqual([
    `${kubectl.replaceAll('hanjinwoo', 'gominji')} get deployment,service ottoscaler`,
    `${kubectl.replaceAll('hanjinwoo', 'gominji')} get pods -l 'app in (ottoscaler,otto-agent)'`,
  ]);

  const bare = await new TeamCheckout({}).make(['status']);
  expect(bare.code).toBe(0);
  for (const tool of ['docker', 'kind', 'kubectl']) expect(bare.stdout).toContain(`${tool}: missing; `);
  expect(bare.stdout).toContain('there is no environment yet');
});

test('redis-cli goes where ENV_FILE says, without the password among its arguments', async () => {
  const checkout = new TeamCheckout();
  checkout.write(
    '.env.test',
    "REDIS_HOST=redis.test\nREDIS_PASSWORD='se cret'\nREDIS_DB=3\nREDIS_USERNAME=otto\n",
  );
  const { stdout } = await checkout.make(['redis-cli', 'ENV_FILE=.env.test', 'ARGS=XLEN otto:scale:events'], {
    REDIS_DB: '4',
  });
  expect(checkout.calls()).toEqual([
    'redis-cli -h redis.test -p 6379 -n 4 --user otto XLEN otto:scale:events',
  ]);
  expect(stdout).toContain('password: se cret');
});

test('make alone lists every target of the platform, with what it does', async () => {
  const { stdout } = await new TeamCheckout({}).make([]);
  const platform =
    'setup-user build deploy logs status k8s-status worker-status list-envs test fmt lint proto clean dev-build ' +
    'dev-start dev-shell dev-stop dev-clean test-event redis-cli port-forward';
  for (const target of platform.split(' ')) expect(stdout).toMatch(new RegExp(`^  make ${target} +\\S`, 'm'));
});

test('the page of the team shows the table of developers as it is', () => {
  const checkout = new TeamCheckout({});
  const cells = (line: string) => line.split('|').map((cell) => cell.trim());
  const page = readFileSync(new URL('../../docs/team.md', import.meta.url), 'utf8')
    .split('\n')
    .map(cells);
  const rows = page.map((row) => row.slice(1, 7)).filter((row) => row[5]?.startsWith('k8s/overlays/'));
  const data = checkout.read('scripts/team/developers.txt').split('\n');
  expect(data.filter((line) => line !== '' && !line.startsWith('#'))).toEqual(
    rows.map(([name, slug]) => `${name} ${slug}`),
  );
  expect(rows).toEqual(
    team.map(([name, slug]) => {
      return [name, slug, `ottoscaler-${slug}`, `${slug}-dev`, `.env.${slug}.local`, `k8s/overlays/${slug}`];
    }),
  );
});
