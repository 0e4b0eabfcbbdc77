/**
 * A bare HTTPS client for the local cluster: what a test asks is what is sent.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  startLocalCluster,
  type LocalCluster,
  type LocalClusterOptions,
} from '../../src/cluster/local/local-cluster.ts';

export interface Answer {
  readonly code: number;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads deep into JSON and fails where it is not there
  readonly json: any;
}

interface Stream {
  readonly lines: string[];
  /** Resolves with the first line that fits; rejects when the stream ends before there is one. */
  find(fits: (line: string) => boolean): Promise<string>;
  readonly ended: Promise<void>;
  close(): void;
  /** Reads nothing more until {@link resume}. */
  pause(): void;
  resume(): void;
}

export interface TestCluster extends LocalCluster {
  readonly directory: string;
  call(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  stream(url: string): Stream;
  /** Watches the Pod until it fits and returns it; `undefined` stands for a Pod that is gone. */
  pod(name: string, fits: (pod: Answer['json']) => boolean): Promise<Answer['json']>;
}

export const podsUrl = '/api/v1/namespaces/default/pods';

export async function startTestCluster(options: Partial<LocalClusterOptions> = {}): Promise<TestCluster> {
  const directory = mkdtempSync(path.join(tmpdir(), 'local-cluster-'));
  const cluster = await startLocalCluster({ directory, ...options });
  const agent = new https.Agent({
    keepAlive: true,
    ca: cluster.certificateAuthorityPem,
    // The Host header may be anything in a test; the certificate is checked for this name.
    servername: 'localhost',
  });
  const authorization = `Bearer ${cluster.token}`;

  const call: TestCluster['call'] = (method, url, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const all = { authorization, 'content-type': 'application/json', ...headers };
      const request = https.request(cluster.url + url, { agent, method, headers: all }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          const isJson = response.headers['content-type'] === 'application/json';
          resolve({ code: response.statusCode ?? 0, text, json: isJson ? JSON.parse(text) : undefined });
        });
      });
      request.on('error', reject);
      request.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
    });

  const stream: TestCluster['stream'] = (url) => {
    const lines: string[] = [];
    const changed = new EventTarget();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    let isEnded = false;
    let body: IncomingMessage | undefined;
    let rest = '';
    const finish = (): void => {
      isEnded = true;
      resolve();
      changed.dispatchEvent(new Event('change'));
    };
    const request = https.request(cluster.url + url, { agent, headers: { authorization } }, (response) => {
      body = response;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const parts = (rest + chunk).split('\n');
        rest = parts.pop() ?? '';
        lines.push(...parts);
        changed.dispatchEvent(new Event('change'));
      });
      response.on('close', finish);
    });
    request.on('error', finish);
    request.end();
    const find: Stream['find'] = (fits) =>
      new Promise((found, reject) => {
        const look = (): void => {
          const line = lines.find((item) => fits(item));
          if (line !== undefined) found(line);
          else if (isEnded) reject(new Error(`the stream ended after:\n${lines.join('\n')}`));
          else changed.addEventListener('change', look, { once: true });
        };
        look();
      });
    return {
      lines,
      find,
      ended,
      close: () => void request.destroy(),
      pause: () => void body?.pause(),
      resume: () => void body?.resume(),
    };
  };

  const pod: TestCluster['pod'] = async (name, fits) => {
    const watch = stream(`${podsUrl}?watch=true&fieldSelector=metadata.name%3D${name}`);
    try {
      const line = await watch.find((item) => {
        const event: Answer['json'] = JSON.parse(item);
        return fits(event.type === 'DELETED' ? undefined : event.object);
      });
      return JSON.parse(line).object;
    } finally {
      watch.close();
    }
  };

  const close = async (): Promise<void> => {
    agent.destroy();
    await cluster.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { ...cluster, directory, call, stream, pod, close };
}

/** A Pod that runs a shell script once. */
export function scriptPod(name: string, script: string, spec: object = {}, container: object = {}): object {
  const main = { name: 'main', image: 'busybox', command: ['sh', '-c', script], ...container };
  const whole = { restartPolicy: 'Never', terminationGracePeriodSeconds: 30, containers: [main], ...spec };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: whole };
}

export const isEnded = (pod: Answer['json']): boolean => ['Succeeded', 'Failed'].includes(pod?.status.phase);
