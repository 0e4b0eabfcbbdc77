/** All there is of the chosen actor: why it is where it is, and a tab for each way to look at it. */
import type { ComponentChildren } from 'preact';
import type { ActorDetail, ActorRow } from '../../src/inspector/protocol.ts';
import { ActionButtons } from '../actions/action-buttons.tsx';
import { toast } from '../actions/ask.ts';
import { legible } from '../drawing/legible.ts';
import { PhaseMark } from '../drawing/phase-mark.tsx';
import { meant, words } from '../i18n/words.ts';
import { chosenRow, tabShown, tabsShown } from '../live/session.ts';
import { detail, liveTree, refusals } from '../live/told.ts';
import { LogView } from '../logs/log-view.tsx';
import type { Tab } from '../page/address.ts';
import { choose, place, showTab } from '../page/place.ts';
import { RunView } from '../run/run-view.tsx';
import { ChartTab } from './chart-tab.tsx';
import { Happenings } from './happenings.tsx';
import { JsonTree } from './json-tree.tsx';
import { Why } from './why.tsx';

export function ActorPane() {
  const row = chosenRow.value;
  const { actor, page } = words.value;
  if (!row) {
    return (
      <main class="actor is-empty" tabIndex={-1}>
        {place.value.id !== '' && (
          <button type="button" class="quiet back" onClick={() => choose('')}>
            ‹ {page.back}
          </button>
        )}
        <p>{place.value.id === '' ? actor.none : actor.missing}</p>
      </main>
    );
  }
  const told = detail.value?.row.id === row.id ? detail.value : undefined;
  return (
    <main class="actor" tabIndex={-1}>
      <ActorHead row={row} />
      <Why row={row} told={told} />
      <Tabs />
      <section class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tabShown.value}`}>
        <TabPanel key={`${row.id} ${tabShown.value}`} tab={tabShown.value} row={row} told={told} />
      </section>
    </main>
  );
}

function ActorHead({ row }: { row: ActorRow }) {
  const { actor, kind, page } = words.value;
  const copyId = () => {
    void navigator.clipboard.writeText(row.id).then(() => toast(actor.copied));
  };
  return (
    <header class="actor-head">
      <button type="button" class="quiet back" onClick={() => choose('')}>
        ‹ {page.back}
      </button>
      <nav class="ancestors">
        {liveTree()
          .ancestorsOf(row.id)
          .map((up) => (
            <span key={up.id}>
              <button type="button" class="link" onClick={() => choose(up.id)}>
                {legible(up.name)}
              </button>
              <span aria-hidden="true"> › </span>
            </span>
          ))}
      </nav>
      <div class="actor-title">
        <PhaseMark phase={row.phase} isLabelled />
        <h1>{legible(row.name)}</h1>
        <span class="badge">{kind[row.kind]}</span>
        {row.kind === 'pipeline' && row.pipeline !== undefined && row.pipeline !== row.name && (
          <code>{legible(row.pipeline)}</code>
        )}
        <button type="button" class="quiet copy" title={actor.copy} aria-label={actor.copy} onClick={copyId}>
          <CopyMark />
        </button>
        <span class="spring" />
        <ActionButtons row={row} />
      </div>
    </header>
  );
}

function CopyMark() {
  return (
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" class="copy-mark">
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 3V2.5h-8v8H3" />
    </svg>
  );
}

function Tabs() {
  const { tabs } = words.value.actor;
  const shown = tabShown.value;
  const all = tabsShown.value;
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = by === 0 ? undefined : all.at((all.indexOf(shown) + by) % all.length);
    if (next === undefined) return;
    event.preventDefault();
    showTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" tabIndex={-1} onKeyDown={onKeyDown}>
      {all.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`tab-${tab}`}
          aria-selected={tab === shown}
          aria-controls="tab-panel"
          tabIndex={tab === shown ? 0 : -1}
          onClick={() => showTab(tab)}
        >
          {tabs[tab]}
        </button>
      ))}
    </div>
  );
}

interface TabPanelProps {
  readonly tab: Tab;
  readonly row: ActorRow;
  readonly told: ActorDetail | undefined;
}

function TabPanel({ tab, row, told }: TabPanelProps): ComponentChildren {
  const { actor, context } = words.value;
  if (tab === 'run') return <RunView pipelineId={row.pipeline ?? ''} stageId={row.stage} />;
  if (tab === 'log') return <LogView worker={row.name} />;
  const refusal = refusals.value.choose;
  if (!told) return <p class="hint">{refusal === undefined ? actor.loading : legible(meant(refusal))}</p>;
  if (tab === 'chart') return <ChartTab told={told} />;
  if (tab === 'happenings') return <Happenings happenings={told.happenings} />;
  return told.context === undefined || told.context === null ? (
    <p class="hint">{context.none}</p>
  ) : (
    <JsonTree value={told.context} />
  );
}
