/**
 * Tells the controller's agent what is new, in one exchange over the session with it: first all that there is, then what
 * changes. An exchange outlives the loss of a session; where the controller has forgotten it, another one begins anew.
 * @module
 */
import { setTimeout } from 'node:timers/promises'
import type { Agent } from '@vagus/agent'
import { apiVersion } from '@vagus/api'
import { newsProtocol, type SouthboundNews } from '@vagus/api/southbound'
import { type NewsDesk, unknownOf } from '../southbound/news.ts'

/** Milliseconds from the end of an exchange, such as with a controller that takes none, to the next. */
const pause = 5000

export interface NewsTold {
  /** Id of the controller's agent. */
  readonly to: string
  readonly device: string
  readonly desk: NewsDesk
}

/** Until `signal` is aborted. */
export async function tellNews(agent: Pick<Agent, 'call'>, told: NewsTold, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await tellOnce(agent, told, signal).catch(() => undefined)
    await setTimeout(pause, undefined, { signal }).catch(() => undefined)
  }
}

async function tellOnce(
  agent: Pick<Agent, 'call'>,
  { to, device, desk }: NewsTold,
  signal: AbortSignal,
): Promise<void> {
  const exchange = await agent.call(to, { protocol: newsProtocol, head: new Uint8Array(0), signal })
  let known: ReadonlySet<string> = new Set()
  for (let isFirst = true; exchange.state === 'open' && !signal.aborted; isFirst = false) {
    const { next } = desk // before it is looked at: nothing that changes meanwhile is missed
    const { commits, attempts, marks } = unknownOf(desk.all(), known)
    if (isFirst || commits.length > 0 || attempts.length > 0) {
      const news: SouthboundNews = {
        apiVersion,
        kind: 'SouthboundNews',
        device,
        commits: [...commits],
        attempts: [...attempts],
      }
      // Waits while the controller is behind: what changes meanwhile is told in one message.
      await exchange.send(Buffer.from(JSON.stringify(news)))
      known = marks
    }
    await Promise.race([next, exchange.over])
  }
}
