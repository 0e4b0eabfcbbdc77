/** Metrics that are read when they are asked for, from what there is anyway: nothing is counted twice. */
import { Counter, Gauge, type LabelValues, type Registry } from 'prom-client';

export type Show<Label extends string> = (labels: LabelValues<Label>, value: number) => void;

interface Told<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly Label[];
  /** Shows each series; what is not shown is not there. */
  readonly read: (show: Show<Label>) => void;
}

export function gaugeAtScrape<Label extends string = never>(
  registry: Registry,
  { name, help, labelNames = [], read }: Told<Label>,
): void {
  const gauge: Gauge<Label> = new Gauge<Label>({
    name,
    help,
    labelNames,
    registers: [registry],
    collect: () => {
      gauge.reset();
      read((labels, value) => gauge.set(labels, value));
    },
  });
}

/** What it reads only ever grows. */
export function counterAtScrape<Label extends string = never>(
  registry: Registry,
  { name, help, labelNames = [], read }: Told<Label>,
): void {
  const counter: Counter<Label> = new Counter<Label>({
    name,
    help,
    labelNames,
    registers: [registry],
    collect: () => {
      counter.reset();
      read((labels, value) => counter.inc(labels, value));
    },
  });
}
