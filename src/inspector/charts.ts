/** `GET /api/charts/<name>`: the charts, as they were defined. */
import type { AnyStateMachine } from 'xstate';
import { answerJson } from '../http/answer-json.ts';
import type { HttpRoute } from '../http/server.ts';
import { chartFrom } from './chart.ts';

export function chartRoutes(machines: readonly AnyStateMachine[]): readonly HttpRoute[] {
  return machines.map((machine) => {
    // Made when it is first asked for: most processes never are.
    let json: string | undefined;
    return {
      method: 'GET',
      path: `/api/charts/${machine.id}`,
      // oxlint-disable-next-line require-await -- an error has to be a rejection
      async handle(_request, response) {
        json ??= JSON.stringify(chartFrom(machine));
        answerJson(response, 200, json);
      },
    };
  });
}
