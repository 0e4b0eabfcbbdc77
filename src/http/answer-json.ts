/** An answer as JSON. */
import type { ServerResponse } from 'node:http';

/** @param json written already, as a string that is sent as it is */
export function answerJson(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(json);
}
