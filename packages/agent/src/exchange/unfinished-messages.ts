/**
 * How much of incomplete messages has arrived over all lines of an agent. A message may have 16 MiB, and the other side
 * may start as many as it may open streams, and never finish them. At a limit, the line of the message that started
 * last is broken, and continues on a new line a little later. So the message that started first always completes.
 * @module
 */
import type { AgentId } from '@vagus/identity'

/** Octets of one agent, and of all. At the total limit, the last message of the agent that holds most is given up. */
export const unfinishedLimits = { ofOne: 64 * 2 ** 20, ofAll: 256 * 2 ** 20 }
/** Shorter parts are not counted: the windows of their sessions bound them. */
const countedFrom = 65_536

interface Line {
  break(): void
}

interface Share {
  /** Octets received so far, by line; the message that started last is at the end. */
  readonly parts: Map<Line, number>
  octets: number
}

/** Reports that `octets` of an incomplete message have arrived on `line`; 0 if there is none. */
export type Hold = (line: Line, octets: number) => void

export class UnfinishedMessages {
  readonly #limits: typeof unfinishedLimits
  readonly #shares = new Map<AgentId, Share>()
  #octets = 0

  constructor(limits = unfinishedLimits) {
    this.#limits = limits
  }

  /** For lines with `peer`. */
  of(peer: AgentId): Hold {
    return (line, octets) => this.#hold(peer, line, octets < countedFrom ? 0 : octets)
  }

  #hold(peer: AgentId, line: Line, octets: number): void {
    const share = this.#shares.get(peer) ?? { parts: new Map<Line, number>(), octets: 0 }
    const grown = octets - (share.parts.get(line) ?? 0)
    if (grown === 0) return
    if (octets > 0) share.parts.set(line, octets)
    else share.parts.delete(line)
    if (share.parts.size > 0) this.#shares.set(peer, share)
    else this.#shares.delete(peer)
    share.octets += grown
    this.#octets += grown
    if (share.octets > this.#limits.ofOne) giveUpLast(share)
    else if (this.#octets > this.#limits.ofAll) giveUpLast(this.#largest(share))
  }

  #largest(first: Share): Share {
    let largest = first
    for (const share of this.#shares.values()) if (share.octets > largest.octets) largest = share
    return largest
  }
}

/** The line itself reports that it holds nothing any more. */
function giveUpLast({ parts }: Share): void {
  ;[...parts.keys()].at(-1)?.break()
}
