/** `vagus session ls`: which agents have sessions, over what path, and what happened to them. @module */
import type { Session, SessionList } from '@vagus/api'
import {
  agreementOf,
  gapsOf,
  leadingView,
  nameOfEnd,
  pairsOf,
  pairState,
  pathInUse,
  type SessionPair,
} from '@vagus/api/session-pairs'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { orSay } from '../failure.ts'
import { durationText, millisecondsText, unknown } from '../format.ts'
import { askedSideCarOption, askSessions } from '../session/ask-sessions.ts'
import { namesIn, pathText } from '../session/session-text.ts'
import { type Cell, type Column, table } from '../table.ts'

export const command = defineCommand({
  name: 'session ls',
  summary: 'sessions between agents: path, round trip, moves, gaps',
  effect: 'ro',
  examples: [
    { line: 'vagus session ls', does: 'one line per session, although both ends report it' },
    { line: 'vagus session ls --agent writer -o wide', does: 'those of one agent, with every column' },
    { line: 'vagus session ls --side-car http://127.0.0.1:40000', does: 'what a side-car of this host itself reports' },
  ],
  options: {
    agent: { type: 'text', value: 'NAME', description: 'only sessions of this agent: a name or an id' },
    ...askedSideCarOption,
    ...viewOptions,
  },
  run(call) {
    const ask = askSessions(call, { agent: call.values.agent })
    return view<SessionList>(call, {
      ask: (client) => ask(client).catch(orSay('the names: vagus agent ls')),
      show: (list, canvas) => sessionListText(list, canvas, new Date().toISOString()),
      next: ({ items }) => nextOf(items[0]),
    })
  },
})

const nextOf = (one: Session | undefined): string =>
  one === undefined
    ? 'a call starts one: vagus agent call NAME hello · all agents: vagus agent ls'
    : `vagus session show ${one.agent.name ?? one.agent.id} ${one.peer.name ?? one.peer.id}`

const heads: readonly Column[] = [
  { head: 'AGENT', align: 'left', shrink: 8 },
  { head: 'PEER', align: 'left', shrink: 8 },
  { head: 'PATH', align: 'left', shrink: 12, prefers: 18 },
  { head: 'RTT', align: 'right' },
  { head: 'STATE', align: 'left' },
  { head: 'AGE', align: 'right', leaves: 2 },
  { head: 'MOVES', align: 'right', leaves: 3 },
  { head: 'GAP', align: 'right', leaves: 4 },
  { head: 'CIPHER', align: 'left', leaves: 1 },
]
const wideHeads: readonly Column[] = [
  { head: 'OTHER PATHS', align: 'left' },
  { head: 'BEGAN BY', align: 'left' },
  { head: 'PADDING', align: 'left' },
  { head: 'GAPS', align: 'right' },
  { head: 'LAST GAP', align: 'right' },
  { head: 'STREAMS', align: 'right' },
]

/**
 * The table. A row is the view of AGENT, but STATE and GAP (longest silence) are of either end. Wide: full ids,
 * ciphers.
 */
export function sessionListText(list: SessionList, { columns, paint, detail }: Canvas, now: string): string {
  const isWide = detail === 'wide'
  const names = namesIn(list.items)
  const nameOf = (end: Session['agent']): string => (isWide ? (end.name ?? end.id) : nameOfEnd(end))
  const pairs = pairsOf(list.items)
  const rows = pairs.map((pair): Cell[] => {
    const session = leadingView(pair)
    const { agent, peer, since, moves, cipher } = session
    const state = pairState(pair)
    const primary = pathInUse(session)
    return [
      nameOf(agent),
      nameOf(peer),
      primary === undefined ? unknown : pathText(primary, names),
      millisecondsText(primary?.roundTripMs ?? null),
      { text: state, paint: state === 'up' ? paint.good : paint.warn },
      durationText(Math.max(0, (Date.parse(now) - Date.parse(since)) / 1000)),
      String(moves),
      millisecondsText(gapsOf(pair).longestMs),
      isWide ? cipher : agreementOf(cipher),
      ...(isWide ? wideCells(pair, names) : []),
    ]
  })
  const silent = pairs.filter((pair) => pairState(pair) === 'silent').length
  const more = list.more === 0 ? '' : ` · ${list.more} more that agents did not report`
  const foot = paint.faint(`${rows.length} ${rows.length === 1 ? 'session' : 'sessions'}, ${silent} silent${more}`)
  if (rows.length === 0) return list.more === 0 ? 'no agent reports a session' : foot
  return `${table(isWide ? [...heads, ...wideHeads] : heads, rows, columns, paint.strong)}\n${foot}`
}

function wideCells(pair: SessionPair, names: ReadonlyMap<string, string>): Cell[] {
  const { how, padding, paths, streams } = leadingView(pair)
  const { count, lastMs } = gapsOf(pair)
  const others = paths.filter(({ primary }) => !primary)
  return [
    others.length === 0 ? unknown : others.map((path) => `${pathText(path, names)} ${path.state}`).join(', '),
    how,
    padding,
    String(count),
    millisecondsText(lastMs),
    String(streams),
  ]
}
