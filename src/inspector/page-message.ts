/** What a page says, checked: it is a stranger like any other. */
import { z } from 'zod';
import type { PageMessage } from './protocol.ts';

const id = z.string().max(2_000);

const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('choose'), id }),
  z.object({ type: z.literal('run'), pipelineId: id }),
  z.object({ type: z.literal('log'), worker: id }),
  z.object({ type: z.literal('seek'), n: z.int().min(1) }),
  z.object({ type: z.literal('step'), by: z.union([z.literal(1), z.literal(-1)]) }),
]) satisfies z.ZodType<PageMessage>;

/** Undefined of what is none. */
export function parsePageMessage(text: string): PageMessage | undefined {
  try {
    return message.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
