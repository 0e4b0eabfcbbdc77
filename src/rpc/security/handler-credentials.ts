/**
 * How otto-handler is known and what it is shown, from files that may be replaced while the program runs: the next
 * connection, and for the token the next call, has what is in them then.
 */
import { credentials, experimental, type ChannelCredentials, type ClientOptions } from '@grpc/grpc-js';
import { openCertificateFiles } from './certificate-files.ts';
import { tokenOptions } from './client-credentials.ts';
import { WatchedFiles } from './watched-files.ts';

export interface HandlerFiles {
  /** PEM, or `system`; absent: plaintext. */
  readonly authority?: string | undefined;
  /** PEM, with its key: what is shown under mTLS. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly token?: string | undefined;
}

export interface HandlerCredentials {
  readonly channel: ChannelCredentials;
  readonly isEncrypted: boolean;
  readonly options: Pick<ClientOptions, 'interceptors'>;
  close(): void;
}

export const plaintext: HandlerCredentials = {
  channel: credentials.createInsecure(),
  isEncrypted: false,
  options: {},
  close: () => {},
};

export interface FilesListener {
  /** Files that were replaced are in force. */
  replaced(sentence: string): void;
  /** They are not used, and why. */
  failed(sentence: string): void;
}

/** @throws Error where a file cannot be used, saying why */
export function openHandlerCredentials(
  { authority, certificate, key, token }: HandlerFiles,
  listener: FilesListener,
): HandlerCredentials {
  const failed = (sentence: string) => listener.failed(sentence);
  const tokens =
    token === undefined
      ? undefined
      : new WatchedFiles({
          paths: [token],
          parse: tokenIn,
          changed: () => listener.replaced('the token for otto-handler was replaced'),
          failed,
        });
  const options = tokens ? tokenOptions({ token: () => tokens.value }) : {};
  if (authority === undefined) return { ...plaintext, options, close: () => tokens?.close() };
  const files = openCertificateFiles({ authority, certificate, key }, failed);
  const { provider } = files;
  return {
    channel: experimental.createCertificateProviderChannelCredentials(
      provider,
      certificate === undefined ? null : provider,
    ),
    isEncrypted: true,
    options,
    close() {
      tokens?.close();
      files.close();
    },
  };
}

function tokenIn([content]: readonly Buffer[]): string {
  const token = content?.toString('utf8').trim() ?? '';
  if (!/^[\x21-\x7e]{1,4096}$/.test(token)) throw new Error('it holds no token of printable characters');
  return token;
}
