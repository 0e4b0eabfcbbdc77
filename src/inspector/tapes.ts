/** Recordings that may be opened: the files of one folder, by their names alone. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { answerJson } from '../http/answer-json.ts';
import type { HttpRoute } from '../http/server.ts';
import type { Tapes } from './protocol.ts';

/** A file that a server records into, or the one before it. */
const fileName = /^[\w-][\w.-]{0,200}\.jsonl(?:\.1)?$/;
const tapesMax = 100;

/** @param folder undefined where nothing is recorded */
export async function listTapes(folder: string | undefined): Promise<Tapes['tapes']> {
  if (folder === undefined) return [];
  const names = (await readdir(folder)).filter((name) => fileName.test(name));
  const tapes = await Promise.all(
    names.map(async (name) => {
      const found = await lstat(join(folder, name)).catch(() => undefined);
      // What is no file of this folder, such as a link out of it, is not shown.
      return found?.isFile() ? [{ name, bytes: found.size, changedMs: Math.round(found.mtimeMs) }] : [];
    }),
  );
  return tapes
    .flat()
    .toSorted((a, b) => b.changedMs - a.changedMs)
    .slice(0, tapesMax);
}

export function tapesRoute(list: () => Promise<Tapes['tapes']>): HttpRoute {
  return {
    method: 'GET',
    path: '/api/tapes',
    async handle(_request, response) {
      const tapes: Tapes = { tapes: await list() };
      answerJson(response, 200, JSON.stringify(tapes));
    },
  };
}
