/** `vagus session show AGENT PEER`: one session, as each of its ends sees it. @module */
import type { Session, SessionList } from '@vagus/api'
import { nameOfEnd, placeOf, streamsText } from '@vagus/api/session-pairs'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure, orSay } from '../failure.ts'
import { agoText, durationText, millisecondsText, timeText } from '../format.ts'
import { askedSideCarOption, askSessions, isEnd } from '../session/ask-sessions.ts'
import { traversalWords } from '../session/nat-text.ts'
import { namesIn, newestOf, radioText, wholeId } from '../session/session-text.ts'
import { type Cell, type Column, table } from '../table.ts'

export const command = defineCommand({
  name: 'session show',
  summary: 'one session, as both ends see it: cipher, paths, gaps',
  effect: 'ro',
  examples: [
    { line: 'vagus session show boss writer', does: 'everything that is reported of it' },
    { line: 'vagus session show boss writer --watch', does: 'refreshes, to watch it move' },
  ],
  arguments: [
    { name: 'AGENT', description: 'a name of "vagus session ls", or an id', presence: 'required' },
    { name: 'PEER', description: 'the other end: a name or an id', presence: 'required' },
  ],
  options: { ...askedSideCarOption, ...viewOptions },
  run(call) {
    const [agent, peer] = call.words as [string, string] // both are required
    const ask = askSessions(call, { agent, peer })
    return view<SessionList>(call, {
      ask: async (client) => {
        const list = await ask(client).catch(orSay('the names: vagus agent ls'))
        if (list.items.length > 0) return list
        throw new Failure(
          exitCode.failed,
          `no end reports a session between ${agent} and ${peer}`,
          `all sessions: vagus session ls · how to reach ${peer}: vagus agent path ${agent} ${peer}`,
        )
      },
      show: (list, canvas) => sessionText(list, agent, canvas, new Date().toISOString()),
      next: () => `vagus agent path ${agent} ${peer}`,
    })
  },
})

/** Facts in one column per reporting end, then the paths of each. @param asked the end whose column is the first */
export function sessionText({ items }: SessionList, asked: string, { columns, paint }: Canvas, now: string): string {
  const views = newestOf(items).toSorted((a, b) => Number(isEnd(b.agent, asked)) - Number(isEnd(a.agent, asked)))
  const names = namesIn(items)
  const [{ agent, peer }] = views as [Session]
  const head = `${paint.strong(nameOfEnd(agent, wholeId))} – ${paint.strong(nameOfEnd(peer, wholeId))}`
  const silent =
    views.length === 1 ? [paint.faint(`${nameOfEnd(peer, wholeId)} does not report it: not on the list, or away`)] : []
  const facts = table(
    [
      { head: '', align: 'left' },
      ...views.map(({ agent: end }): Column => ({ head: nameOfEnd(end, wholeId), align: 'left', shrink: 20 })),
    ],
    [...factsOf(now, paint, views), ...(views.some(({ radio }) => radio) ? radioFacts : [])].map(([what, is]) => [
      what,
      ...views.map(is),
    ]),
    columns,
    paint.strong,
  )
  const paths = views.map((view) => pathsText(view, names, columns, paint))
  return [head, '', facts, ...silent, ...paths.flatMap((text) => ['', text])].join('\n')
}

type Paint = Canvas['paint']

const factsOf = (
  now: string,
  paint: Paint,
  views: readonly Session[],
): readonly (readonly [string, (view: Session) => Cell])[] => [
  ['state', ({ state }) => ({ text: state, paint: state === 'up' ? paint.good : paint.warn })],
  ['reported', ({ toldAt }) => agoText(toldAt, now)],
  ['role', ({ role }) => role],
  ['began by', ({ how }) => how],
  ['since', ({ since }) => `${timeText(since, now)}, for ${durationText(secondsBetween(since, now))}`],
  ['cipher', ({ cipher }) => cipher],
  ['padding', ({ padding }) => padding],
  ['moves', ({ moves }) => String(moves)],
  ['gaps', ({ gaps }) => gapsText(gaps)],
  ['streams', streamsText],
  ...(views.some(({ traversal }) => traversal !== undefined)
    ? [
        [
          'direct path',
          ({ traversal }: Session): Cell => (traversal === undefined ? '' : traversalWords(traversal)),
        ] as const,
      ]
    : []),
]

const radioFacts: ReturnType<typeof factsOf> = [['radio', ({ radio }) => (radio ? radioText(radio) : 'always on')]]

const secondsBetween = (from: string, to: string): number => Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000)

const gapsText = ({ count, longestMs, lastMs }: Session['gaps']): string =>
  count === 0 ? 'none' : `${count}, longest ${millisecondsText(longestMs)}, last ${millisecondsText(lastMs)}`

const pathHeads: readonly Column[] = [
  { head: 'KIND', align: 'left' },
  { head: 'LOCAL', align: 'left', shrink: 12 },
  { head: 'REMOTE', align: 'left', shrink: 12 },
  { head: 'STATE', align: 'left' },
  { head: 'USE', align: 'left' },
  { head: 'RTT', align: 'right' },
]

function pathsText(
  { agent, paths }: Session,
  names: ReadonlyMap<string, string>,
  columns: number,
  paint: Paint,
): string {
  const rows = paths.map(({ kind, local, remote, state, status, primary, roundTripMs, mapped, proxy }): Cell[] => [
    kind,
    placeOf(local, names, wholeId) + (mapped === undefined ? '' : ` seen as ${placeOf(mapped, names, wholeId)}`),
    placeOf(remote, names, wholeId) + (proxy === undefined ? '' : ` by proxy ${proxy}`),
    { text: state, paint: state === 'alive' ? paint.good : state === 'dead' ? paint.bad : paint.warn },
    primary ? 'primary' : status,
    millisecondsText(roundTripMs),
  ])
  if (rows.length === 0) return `${nameOfEnd(agent, wholeId)} has no path now`
  return `paths of ${nameOfEnd(agent, wholeId)}\n${table(pathHeads, rows, columns, paint.strong)}`
}
