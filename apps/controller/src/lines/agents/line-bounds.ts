/** What agents may order by themselves (`lines.agents` of the configuration): each refusal names the bound, and what would be possible. @module */
import type { Config } from '@vagus/api'
import { parseDuration } from '@vagus/api/duration'
import { type LineWish, rateText } from '@vagus/line'
import { timeText } from '../../resources/windows.ts'
import { isOfAgent, isOver, type KeptLine } from '../line-book.ts'

export type LineBounds = NonNullable<NonNullable<Config['lines']>['agents']>

interface Orderer {
  readonly id: string
  readonly name: string
  /** Where it is; null: at no site. */
  readonly site: string | null
}

interface BoundsAsk {
  readonly bounds: LineBounds
  readonly orderer: Orderer
  readonly wish: LineWish
  /** All that are known. */
  readonly lines: readonly KeptLine[]
  /** The line that is changed; undefined: it is a new one. */
  readonly own: string | undefined
}

/** Both without a full stop. */
export interface Beyond {
  readonly type: 'beyond'
  /** Names the bound. */
  readonly because: string
  /** What would be possible. */
  readonly alternative: string
}

/** What it is beyond; undefined: it is within all bounds. */
export function beyondBounds(ask: BoundsAsk): Beyond | undefined {
  return siteProblem(ask) ?? rateProblem(ask) ?? timeProblem(ask) ?? countProblem(ask) ?? pairProblem(ask)
}

function siteProblem({ bounds, orderer: { name, site }, wish: { from, to } }: BoundsAsk): Beyond | undefined {
  if (bounds.sites === 'any' || from === site || to === site) return undefined
  const bound = 'lines.agents.sites is own'
  return site === null
    ? beyond(`${bound}, and ${name} publishes no address of a site`, 'one is possible once it does')
    : beyond(`${bound}, and ${name} is at ${site}`, `a line from or to ${site} is possible`)
}

function rateProblem({ bounds: { rate, least }, wish: { bitsPerSecond } }: BoundsAsk): Beyond | undefined {
  if (bitsPerSecond > rate)
    return beyond(`${rateText(bitsPerSecond)} is above lines.agents.rate`, `up to ${rateText(rate)} is possible`)
  if (bitsPerSecond < least)
    return beyond(`${rateText(bitsPerSecond)} is below lines.agents.least`, `${rateText(least)} or more is possible`)
  return undefined
}

function timeProblem({ bounds, wish: { start, end } }: BoundsAsk): Beyond | undefined {
  if (end - start <= parseDuration(bounds.for)) return undefined
  const until = timeText(start + parseDuration(bounds.for))
  return beyond('from start to end it is longer than lines.agents.for', `${bounds.for} is possible, until ${until}`)
}

function countProblem({ bounds: { count, each }, orderer: { id, name }, lines, own }: BoundsAsk): Beyond | undefined {
  const others = lines.filter((line) => line.id !== own && isOfAgent(line) && !isOver(line) && line.state !== 'asked')
  const mine = others.filter(({ by }) => by.id === id)
  if (mine.length >= each)
    return beyond(
      `${name} has ${mine.map((line) => line.id).join(', ')}, as many as lines.agents.each allows`,
      `one is possible when it releases one of them, or ${endOf(mine)}`,
    )
  if (others.length >= count)
    return beyond(
      `agents have ${others.length} lines, as many as lines.agents.count allows`,
      `one is possible ${endOf(others)}`,
    )
  return undefined
}

/** All packets between two sites go into one line, the first rule that fits: a second one would take or starve them. */
function pairProblem({ wish: { from, to, start, end }, lines, own }: BoundsAsk): Beyond | undefined {
  const same = lines.filter(({ id, wish, ...line }) => {
    const isPair = (wish.from === from && wish.to === to) || (wish.from === to && wish.to === from)
    return id !== own && !isOver(line) && line.state !== 'asked' && isPair && wish.start < end && start < wish.end
  })
  if (same.length === 0) return undefined
  const ids = same.map(({ id }) => id).join(', ')
  return beyond(
    `${ids} is between ${from} and ${to} in that time, and agents order one line at a time between two sites`,
    `it is possible ${endOf(same, 'last')}`,
  )
}

const beyond = (because: string, alternative: string): Beyond => ({ type: 'beyond', because, alternative })

function endOf(lines: readonly KeptLine[], which: 'first' | 'last' = 'first'): string {
  const ends = lines.map(({ wish }) => wish.end)
  return `from ${timeText(which === 'first' ? Math.min(...ends) : Math.max(...ends))} on`
}
