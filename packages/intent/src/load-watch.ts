/** How long links have been above the load that intents keep them below, by measured rates. @module */
import type { Orders } from './orders.ts'
import { isAt } from './scope.ts'

export interface LinkLoad {
  readonly interface: string
  /** Of its capacity, 0..1 and above where the capacity is not what was said. */
  readonly share: number
}

interface Above {
  readonly intent: string
  readonly interface: string
  /** Milliseconds since 1970, by a clock that nobody sets. */
  readonly since: number
  /** Highest load since then. */
  readonly most: number
  /** At the last look. */
  readonly share: number
}

export interface LoadWatch {
  readonly above: readonly Above[]
  /** Of the last look. */
  readonly at: number
}

export const noLoads: LoadWatch = { above: [], at: -Infinity }

/** Milliseconds: after a longer time without a look nobody knows what was in between, and it counts anew. */
const longestGap = 60_000

/** The watch after a look at `now`. A link whose load is not known at present, and is not among `loads`, counts anew, too. */
export function watchLoads(before: LoadWatch, orders: Orders, loads: readonly LinkLoad[], now: number): LoadWatch {
  const isSeamless = now >= before.at && now - before.at <= longestGap
  const above = orders.inForce.flatMap(({ intent: { name, goal }, where }) => {
    if (goal.type !== 'keep-below') return []
    return loads
      .filter((load) => isAt(where, load.interface) && load.share > goal.percent / 100)
      .map(({ interface: link, share }): Above => {
        const known = before.above.find((one) => one.intent === name && one.interface === link)
        if (known === undefined || !isSeamless) return { intent: name, interface: link, since: now, most: share, share }
        return { ...known, most: Math.max(known.most, share), share }
      })
  })
  return { above, at: now }
}
