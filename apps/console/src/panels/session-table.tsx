/** Sessions, one line for both ends; below an open line the report of each end with all its paths. */
import type { Signal } from '@preact/signals'
import { useSignal } from '@preact/signals'
import type { SessionPair } from '@vagus/api/session-pairs'
import {
  agreementOf,
  gapsOf,
  isDisputed,
  leadingView,
  nameOfEnd,
  pairState,
  pathInUse,
  placeOf,
} from '@vagus/api/session-pairs'
import { formatDateTime } from '../figures/clock.ts'
import { formatAge, formatCount, formatMilliseconds, unknown } from '../figures/format.ts'
import { now } from '../state/live.ts'
import { clock } from '../state/preferences.ts'
import type { Column } from '../ui/column-table.tsx'
import { ColumnTable } from '../ui/column-table.tsx'
import { SessionDetails } from './session-details.tsx'

interface Props {
  readonly pairs: readonly SessionPair[]
  /** Names of agents by their ids. */
  readonly names: ReadonlyMap<string, string>
}

type Open = Signal<ReadonlySet<string>>

const columnsOf = (
  open: Open,
  names: ReadonlyMap<string, string>,
): readonly [Column<SessionPair>, ...Column<SessionPair>[]] => [
  { title: 'session', align: 'text', shown: 'always', cell: (pair) => <Ends pair={pair} open={open} /> },
  { title: 'state', align: 'text', shown: 'always', cell: (pair) => <State pair={pair} /> },
  {
    title: 'over',
    about: 'what carries the path in use',
    align: 'text',
    shown: 'always',
    cell: (pair) => pathInUse(leadingView(pair))?.kind ?? unknown,
  },
  { title: 'to', align: 'text', shown: 'widest', cell: (pair) => <Remote pair={pair} names={names} /> },
  {
    title: 'round trip',
    align: 'figure',
    shown: 'always',
    cell: (pair) => formatMilliseconds(pathInUse(leadingView(pair))?.roundTripMs ?? null),
  },
  {
    title: 'cipher',
    align: 'text',
    shown: 'wide',
    cell: ({ view: { cipher } }) => <span title={cipher}>{agreementOf(cipher)}</span>,
  },
  { title: 'since', align: 'figure', shown: 'widest', cell: ({ view }) => <Since at={view.since} /> },
  {
    title: 'moves',
    about: 'how often it went on over another path or address',
    align: 'figure',
    shown: 'wide',
    cell: ({ view }) => formatCount(view.moves),
  },
  {
    title: 'gaps',
    about: 'silences, from the last packet before to the first one after, as reported by the end that saw the longest',
    align: 'figure',
    shown: 'wide',
    cell: (pair) => formatCount(gapsOf(pair).count),
  },
  { title: 'last gap', align: 'figure', shown: 'widest', cell: (pair) => formatMilliseconds(gapsOf(pair).lastMs) },
  { title: 'longest gap', align: 'figure', shown: 'wide', cell: (pair) => formatMilliseconds(gapsOf(pair).longestMs) },
  {
    title: 'streams',
    about: 'under way, both ways: each request has one, for a minute longer where it may be asked again',
    align: 'figure',
    shown: 'widest',
    cell: ({ view }) => formatCount(view.streams),
  },
  {
    title: 'padding',
    about: 'how the length of what is sent is hidden',
    align: 'text',
    shown: 'widest',
    cell: ({ view }) => view.padding,
  },
]

interface EndsProps {
  readonly pair: SessionPair
  readonly open: Open
}

function Ends({ pair: { key, initiator, responder }, open }: EndsProps) {
  const isOpen = open.value.has(key)
  const toggle = (): void => {
    open.value = isOpen ? new Set([...open.value].filter((each) => each !== key)) : new Set([...open.value, key])
  }
  return (
    <button type="button" class="fold ends" aria-expanded={isOpen ? 'true' : 'false'} onClick={toggle}>
      {nameOfEnd(initiator)} → {nameOfEnd(responder)}
    </button>
  )
}

function State({ pair }: { readonly pair: SessionPair }) {
  const state = pairState(pair)
  return (
    <>
      <span class={`state-word ${state}`}>{state}</span>
      {isDisputed(pair) && <span class="tag otherwise">as {nameOfEnd(leadingView(pair).agent)} reports</span>}
    </>
  )
}

interface RemoteProps {
  readonly pair: SessionPair
  readonly names: Props['names']
}

function Remote({ pair, names }: RemoteProps) {
  const view = leadingView(pair)
  const path = pathInUse(view)
  if (path === undefined) return <>{unknown}</>
  return (
    <span class="mono" title={view === pair.view ? path.remote : `${path.remote}, as ${nameOfEnd(view.agent)} reports`}>
      {placeOf(path.remote, names)}
    </span>
  )
}

function Since({ at }: { readonly at: string }) {
  const milliseconds = Date.parse(at)
  return <span title={formatDateTime(milliseconds, clock.value)}>{formatAge(now.value - milliseconds)}</span>
}

export function SessionTable({ pairs, names }: Props) {
  /** Keys of the lines that are open. */
  const open: Open = useSignal<ReadonlySet<string>>(new Set())
  return (
    <ColumnTable
      label="Table of sessions"
      columns={columnsOf(open, names)}
      rows={pairs}
      keyOf={({ key }) => key}
      below={(pair) => (open.value.has(pair.key) ? <SessionDetails pair={pair} names={names} /> : undefined)}
    />
  )
}
