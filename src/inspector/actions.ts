/** Buttons: `POST /api/actions/<name>`, carried out by the very handlers that gRPC callers reach. */
import { z } from 'zod';
import { answerJson } from '../http/answer-json.ts';
import type { HttpRoute } from '../http/server.ts';
import type { Actions } from './protocol.ts';
import type { Admit } from './visitor.ts';

interface Asking {
  /** The credential's name; '' where none is asked for. */
  readonly visitor: string;
  readonly signal: AbortSignal;
}

/** Each answers a sentence. */
export type Acting = {
  readonly [Name in keyof Actions]: (asked: Actions[Name], asking: Asking) => Promise<string>;
};

/** What was asked for is not done; `message` is one sentence. */
export class ActionRefusal extends Error {
  override readonly name = 'ActionRefusal';
  /** 4xx, or 503 where it may be asked again. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const rules = {
  'cancel-pipeline': z.strictObject({
    pipelineId: z.string(),
    mode: z.enum(['now', 'finish-running', 'run-finally']),
  }),
  'retry-pipeline': z.strictObject({ pipelineId: z.string() }),
  'scale-down': z.strictObject({ taskId: z.string().min(1), workerCount: z.int().min(0) }),
} as const satisfies { readonly [Name in keyof Actions]: z.ZodType<Actions[Name]> };

/** How long a page waits; what was begun goes on. */
const patienceMs = 30_000;

export function actionRoutes(acting: Acting, admit: Admit): readonly HttpRoute[] {
  const route = <Name extends keyof Actions>(name: Name, rule: z.ZodType<Actions[Name]>): HttpRoute => ({
    method: 'POST',
    path: `/api/actions/${name}`,
    async handle(request, response, body) {
      const answer = (status: number, message: string) =>
        answerJson(response, status, JSON.stringify({ message }));
      // No other site's page can send it without asking first, and it is never answered that it may.
      if (request.headers['x-ottoscaler'] !== 'inspector')
        return answer(
          403,
          'This takes the header "x-ottoscaler: inspector", which the page of the inspector sends.',
        );
      const { name: visitor, role } = admit(request);
      if (role !== 'operator') return answer(403, onlyLooking(visitor));
      const asked = rule.safeParse(jsonOf(body));
      if (!asked.success) {
        const [issue] = asked.error.issues;
        const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
        return answer(400, `This is not what ${name} takes: ${where}${issue?.message ?? 'not JSON'}.`);
      }
      try {
        answer(200, await acting[name](asked.data, { visitor, signal: AbortSignal.timeout(patienceMs) }));
      } catch (error) {
        if (!(error instanceof ActionRefusal)) throw error;
        answer(error.status, error.message);
      }
    },
  });
  return [
    route('cancel-pipeline', rules['cancel-pipeline']),
    route('retry-pipeline', rules['retry-pipeline']),
    route('scale-down', rules['scale-down']),
  ];
}

function onlyLooking(visitor: string): string {
  return visitor === ''
    ? 'You may look and not act: outside loopback that takes a credential with the role operator (GRPC_CREDENTIALS).'
    : `You may look and not act: the credential ${JSON.stringify(visitor)} has not the role operator.`;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
