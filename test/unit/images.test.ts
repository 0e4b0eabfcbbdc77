/** What two files say of one thing: the versions in the Dockerfiles and those that development has. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const { devDependencies } = JSON.parse(read('package.json')) as {
  devDependencies: Readonly<Record<string, string>>;
};

test.each(['Dockerfile', 'dev.Dockerfile'])('%s builds on the Node that development has', (file) => {
  const [, image] = /^ARG NODE_IMAGE=(\S+)$/m.exec(read(file)) ?? [];
  expect(image).toBe(`node:${devDependencies['node']}-bookworm-slim`);
});

test('dev.Dockerfile brings the buf that development has', () => {
  const [, version] = /^ARG BUF_VERSION=(\S+)$/m.exec(read('dev.Dockerfile')) ?? [];
  expect(version).toBe(devDependencies['@bufbuild/buf']);
});
