/** What the network says against the path of a line, and when it is time to do something about it. Pure. @module */
import { type LineNetwork, nodesOf } from '@vagus/line'
import type { LaidPath } from './line-book.ts'

/** An agent that is gone for so long is missed, milliseconds: its kernel goes on, and an update takes less. */
const patience = 5000
/** Milliseconds before a line that stayed is moved again. */
const retryEvery = 10_000

interface Known {
  because: string
  nextAt: number
  told: string | undefined
}

export class LineTroubles {
  readonly #known = new Map<string, Known>()
  /** Since when the agent of a node is missing. */
  readonly #absent = new Map<string, number>()

  /** Undefined where there is none. */
  of(
    { path }: LaidPath,
    { links, nodes }: LineNetwork,
    now: number,
  ): { readonly because: string; readonly type: 'network' } | undefined {
    for (const { name, problem } of nodes) {
      if (problem === undefined) this.#absent.delete(name)
      else if (!this.#absent.has(name)) this.#absent.set(name, now)
    }
    const down = path.hops.find(({ link }) => links.find(({ name }) => name === link)?.isUp !== true)
    if (down !== undefined) return { because: `${down.link} is down`, type: 'network' }
    const missed = nodesOf(path).find((node) => Math.abs(now - (this.#absent.get(node) ?? now)) >= patience)
    const why = nodes.find(({ name }) => name === missed)?.problem
    return missed === undefined ? undefined : { because: `${missed} ${why ?? 'is gone'}`, type: 'network' }
  }

  /** Whether the line is to be moved now: at once, and then again and again. */
  due(id: string, because: string, now: number): boolean {
    const known = this.#known.get(id)
    const wait = (known?.nextAt ?? now) - now
    const isNew = known === undefined || known.because !== because
    if (!isNew && wait > 0 && wait <= retryEvery) return false
    this.#known.set(id, { because, nextAt: now + retryEvery, told: known?.told })
    return true
  }

  /** Whether people were told of a reason that is none any more. */
  isCleared(id: string): boolean {
    const wasTold = this.#known.get(id)?.told !== undefined
    this.#known.delete(id)
    return wasTold
  }

  /** Whether people have not been told yet that the line stays for that reason. */
  isNews(id: string, because: string): boolean {
    const known = this.#known.get(id)
    if (known === undefined || known.told === because) return false
    known.told = because
    return true
  }
}
