/** Commits of AI agents and people in routers, as tables and sentences. @module */
import { actorText } from '@vagus/api/actor'
import type { Commit, CommitList, CommitNoticeList, CommitResource } from '@vagus/api/southbound'
import { countOf, durationText, timeText } from './format.ts'
import { type Cell, type Column, printable, table } from './table.ts'

/** The id is never cut: the other options need it. */
const heads: readonly Column[] = [
  { head: 'ID', align: 'left' },
  { head: 'STATE', align: 'left' },
  { head: 'BY', align: 'left', shrink: 12 },
  { head: 'AT', align: 'left' },
  { head: 'CHANGED', align: 'left', leaves: 1 },
  { head: 'WHY', align: 'left', shrink: 16 },
]

interface Page {
  readonly columns: number
  readonly paint: { readonly strong: (text: string) => string }
}

/** Of all devices. */
export function commitNoticesText({ now, items }: CommitNoticeList, { columns, paint }: Page): string {
  if (items.length === 0) return 'no device tells of a commit'
  const rows = items.map((one): Cell[] => [
    one.device,
    one.id,
    stateText(one, now),
    actorText(one.by),
    timeText(one.at, now),
    `+${one.added} -${one.removed}`,
    one.comment,
  ])
  return table([{ head: 'DEVICE', align: 'left' }, ...heads], rows, columns, paint.strong)
}

export function commitListText({ device, now, items }: CommitList, { columns, paint }: Page): string {
  if (items.length === 0) return `${device}: nothing was committed`
  const rows = items.map((one): Cell[] => [
    one.id,
    stateText(one, now),
    actorText(one.by),
    timeText(one.at, now),
    `+${one.added.length} -${one.removed.length}`,
    one.comment,
  ])
  return table(heads, rows, columns, paint.strong)
}

/** @param now by the clock of the device */
export const stateText = ({ state, goesBackAt }: Pick<Commit, 'state' | 'goesBackAt'>, now: string): string =>
  state === 'pending' && goesBackAt !== null
    ? `goes back in ${durationText(Math.max(0, (Date.parse(goesBackAt) - Date.parse(now)) / 1000))}`
    : state

export function commitText({ device, id, state, by, added, removed, problem, ended }: CommitResource): string {
  const what = `${device}: ${id} of ${actorText(by)}`
  if (state === 'confirmed') return `${what} stays: ${countOf(added.length + removed.length, 'line')} changed`
  if (state === 'reverted') return `${what} is taken back; what others changed meanwhile stays`
  const why = problem ?? ended?.because
  return printable(`${what} is ${state}${why === undefined ? '' : `: ${why}`}`)
}
