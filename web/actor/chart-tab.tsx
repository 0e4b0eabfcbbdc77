/** The actor's chart, and under it what happened last. */
import type { ActorDetail } from '../../src/inspector/protocol.ts';
import { Statechart } from '../chart/statechart.tsx';
import { Happenings } from './happenings.tsx';

const newest = 4;

export function ChartTab({ told }: { told: ActorDetail }) {
  return (
    <div class="chart-tab">
      <Statechart told={told} />
      <Happenings happenings={told.happenings} most={newest} />
    </div>
  );
}
