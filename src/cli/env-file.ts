/**
 * ENV_FILE for the whole process, so that what no table of settings names is honoured in it, too: KUBECONFIG,
 * KUBE_CONTEXT, OTTO_TOKEN, OTEL_*.
 */
import process from 'node:process';
import { messageOf } from '../error-message.ts';

/**
 * Adds what the environment does not say itself, once.
 *
 * @throws Error with one sentence where the file cannot be read
 */
export function loadEnvFile(): void {
  const file = process.env['ENV_FILE'];
  if (!file) return;
  try {
    process.loadEnvFile(file);
  } catch (error) {
    throw new Error(`ENV_FILE=${JSON.stringify(file)} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
