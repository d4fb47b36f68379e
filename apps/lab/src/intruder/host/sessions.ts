/** When a side-car has no session with an agent any more, asked for again and again. @module */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Watch {
  /** Of the side-car, and the other agent's id. */
  readonly url: string
  readonly peer: string
  /** Milliseconds. */
  readonly within: number
}

export interface Watched {
  /** Sessions with it at first. */
  readonly before: number
  /** When there was none any more, milliseconds since 1970; null: there still is one. */
  readonly goneAt: number | null
}

const every = 20

interface SessionList {
  readonly items: readonly { readonly peer: { readonly id: string }; readonly state: string }[]
}

export async function sessions({ url, peer, within }: Watch): Promise<Watched> {
  const open = async (): Promise<number> => {
    const { items } = (await (await fetch(`${url}/sessions`)).json()) as SessionList
    return items.filter((one) => one.peer.id === peer).length
  }
  const before = await open()
  for (const deadline = Date.now() + within; Date.now() < deadline; await sleep(every)) {
    if ((await open()) === 0) return { before, goneAt: Date.now() }
  }
  return { before, goneAt: null }
}
