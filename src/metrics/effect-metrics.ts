/**
 * What the charts' effects cost, and how long commands and workers take from step to step.
 *
 * A step is measured only where this process saw both its ends: of what it took over nothing is guessed.
 */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Observer, Opened, Opening } from '../actors/observer.ts';

const fewSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const manySeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600];
/** Commands that are not over; of more than these the oldest are measured no further. */
const commandsMax = 10_000;

type CommandKind = 'scale_up' | 'scale_down' | 'pipeline';

const kinds: Readonly<Record<Opening['name'], CommandKind>> = {
  'open-scale-up': 'scale_up',
  'open-scale-down': 'scale_down',
  'open-pipeline': 'pipeline',
};

/** @param nowMs monotonic */
export function effectMetrics(registry: Registry, nowMs: () => number): Required<Pick<Observer, 'began'>> {
  const registers = [registry];
  const effects = new Histogram({
    name: 'ottoscaler_effect_seconds',
    help: 'How long what the actors ask for takes, retries included; those of ledgers are its writes.',
    labelNames: ['effect', 'result'],
    buckets: fewSeconds,
    registers,
  });
  const commands = new Histogram({
    name: 'ottoscaler_command_seconds',
    help: 'From the taking of a command until it is recorded in its ledger, until all of its Pods were created once, until it is over.',
    labelNames: ['kind', 'until'],
    buckets: manySeconds,
    registers,
  });
  const answers = new Counter({
    name: 'ottoscaler_commands_total',
    help: 'Commands by what their ledger said: opened = new, resumed and replayed = known, refused.',
    labelNames: ['kind', 'result'],
    registers,
  });
  const open = new Map<string, { readonly kind: CommandKind; readonly sinceMs: number }>();

  const opened = (kind: CommandKind, sinceMs: number, { result, ledger }: Opened) => {
    answers.inc({ kind, result });
    if (result !== 'opened' || !ledger) return;
    commands.observe({ kind, until: 'recorded' }, (nowMs() - sinceMs) / 1_000);
    open.set(ledger.name, { kind, sinceMs });
    const [oldest] = open.keys();
    if (open.size > commandsMax && oldest !== undefined) open.delete(oldest);
  };
  const reached = (ledgerName: string, until: 'created' | 'over') => {
    const command = open.get(ledgerName);
    if (!command) return;
    commands.observe({ kind: command.kind, until }, (nowMs() - command.sinceMs) / 1_000);
    if (until === 'over') open.delete(ledgerName);
  };

  return {
    began: (effect) => {
      const sinceMs = nowMs();
      return (end) => {
        effects.observe({ effect: effect.name, result: end.kind }, (nowMs() - sinceMs) / 1_000);
        if (end.kind === 'failed') return;
        switch (effect.name) {
          case 'open-scale-up':
          case 'open-scale-down':
          case 'open-pipeline':
            if (end.opened) opened(kinds[effect.name], sinceMs, end.opened);
            return;
          case 'mark-created':
            return reached(effect.ledgerName, 'created');
          case 'close-scale':
          case 'close-pipeline':
            return reached(effect.ledgerName, 'over');
          case 'discard-ledger':
            open.delete(effect.ledgerName);
            return;
          case 'mark-promised':
          case 'write-journal':
          case 'create-pod':
          case 'record-outcome':
          case 'drain-logs':
          case 'delete-pod':
        }
      };
    },
  };
}
