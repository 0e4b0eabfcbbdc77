/** What otto-handler is shown and known by, as the settings say. */
import type { Settings } from '../config/settings.ts';
import { messageOf } from '../error-message.ts';
import type { Logger } from '../log.ts';
import { openHandlerCredentials, type HandlerCredentials } from '../rpc/security/handler-credentials.ts';
import { handlerAddressOf, handlerFilesOf } from './compose.ts';

/**
 * @returns undefined where no otto-handler is called
 * @throws Error where a file cannot be used, in a sentence
 */
export function showHandler(settings: Settings, log: Logger): HandlerCredentials | undefined {
  if (handlerAddressOf(settings) === undefined) return undefined;
  try {
    return openHandlerCredentials(handlerFilesOf(settings), {
      replaced: (sentence) => log.info({}, sentence),
      failed: (sentence) => log.error({}, sentence),
    });
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`what OTTO_HANDLER_TLS_… and OTTO_HANDLER_TOKEN_FILE name cannot be used: ${why}`, {
      cause: error,
    });
  }
}
