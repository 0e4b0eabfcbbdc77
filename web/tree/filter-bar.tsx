/** Above the tree: text, task, pipeline, and the phases with how many are in each. */
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { PhaseMark } from '../drawing/phase-mark.tsx';
import { words } from '../i18n/words.ts';
import { phases } from './counts.ts';
import { pairIn, withPair } from './filter.ts';
import {
  clearFilter,
  filterPhases,
  filterText,
  phaseCounts,
  pipelines,
  tasks,
  togglePhase,
} from './tree-state.ts';

export function FilterBar({ toTree }: { toTree: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const { tree } = words.value;
  useEffect(() => {
    const focus = () => input.current?.select();
    addEventListener('otto:filter', focus);
    return () => removeEventListener('otto:filter', focus);
  }, []);
  return (
    <search class="filter-bar">
      <div class="filter-text">
        <input
          ref={input}
          id="filter"
          type="text"
          autocomplete="off"
          spellcheck={false}
          placeholder={tree.filter}
          aria-label={tree.filter}
          value={filterText.value}
          onInput={({ currentTarget }) => {
            filterText.value = currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') clearFilter();
            if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
            event.preventDefault();
            toTree();
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <div class="filter-pairs">
        <PairSelect pair="pipeline" any={tree.anyPipeline} values={pipelines} />
        <PairSelect pair="task" any={tree.anyTask} values={tasks} />
      </div>
      <PhaseChips />
    </search>
  );
}

function PhaseChips() {
  const { tree, phase: names } = words.value;
  return (
    <div class="chips" role="group" aria-label={tree.phases}>
      {phases.map((phase) => {
        const { all, workers } = phaseCounts.value[phase];
        return (
          <button
            key={phase}
            type="button"
            class={`chip phase-${phase}`}
            aria-pressed={filterPhases.value.has(phase)}
            title={tree.count(all, workers)}
            onClick={() => togglePhase(phase)}
          >
            <PhaseMark phase={phase} />
            <span class="chip-name">{names[phase]}</span>
            <span class="chip-count">{all}</span>
          </button>
        );
      })}
    </div>
  );
}

interface PairSelectProps {
  readonly pair: 'task' | 'pipeline';
  readonly any: string;
  readonly values: ReadonlySignal<readonly string[]>;
}

function PairSelect({ pair, any, values }: PairSelectProps) {
  const chosen = pairIn(filterText.value, pair);
  const all = chosen === '' || values.value.includes(chosen) ? values.value : [chosen, ...values.value];
  return (
    <select
      aria-label={any}
      value={chosen}
      onChange={({ currentTarget }) => {
        filterText.value = withPair(filterText.value, pair, currentTarget.value);
      }}
    >
      <option value="">{any}</option>
      {all.map((value) => (
        <option key={value} value={value}>
          {value}
        </option>
      ))}
    </select>
  );
}
