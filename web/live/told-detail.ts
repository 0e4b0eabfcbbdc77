/** One chosen actor as it was told: all at first, then what is new of it. */
import type { ActorDetail } from '../../src/inspector/protocol.ts';

const happeningsMax = 200;

/** @param former of the same actor, whose happenings are kept; undefined at first */
export function withNews(former: ActorDetail | undefined, news: ActorDetail): ActorDetail {
  if (former?.row.id !== news.row.id) return news;
  const last = former.happenings.at(-1)?.n ?? 0;
  const first = news.happenings[0]?.n;
  // What begins anew or repeats what is known is told whole.
  if (first !== undefined && first <= last) return news;
  const happenings = [...former.happenings, ...news.happenings].slice(-happeningsMax);
  return { ...news, happenings };
}
