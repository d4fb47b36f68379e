/** What agents of devices tell over their sessions of AI agents at their routers. @module */
import type { Agent, ServedExchange } from '@vagus/agent'
import { newsProtocol, type SouthboundNews, southboundNewsSchema } from '@vagus/api/southbound'
import { readAs } from '../telemetry/ask-rounds.ts'

export interface TakeNews {
  /** @throws {Error} where the agent of that id is of no device */
  told(id: string, news: SouthboundNews, kind: 'all' | 'changes'): void
  silent(id: string): void
}

/** One exchange of each agent: a later one takes the place of the one before. Whoever is not admitted is refused. */
export function takeNews(agent: Pick<Agent, 'serve'>, admits: (id: string) => boolean, news: TakeNews): void {
  const current = new Map<string, ServedExchange>()
  agent.serve(newsProtocol, {
    async handle(exchange) {
      const { id } = exchange.peer.identity
      let kind: 'all' | 'changes' = 'all'
      try {
        for await (const { octets } of exchange.messages()) {
          if (!admits(id)) throw new Error(`${id} is not the agent of a device here`)
          if (kind === 'all') current.set(id, exchange)
          else if (current.get(id) !== exchange) throw new Error('it tells in another exchange by now')
          const told = readAs(southboundNewsSchema, Buffer.from(octets).toString())
          if (told === undefined) throw new Error('this is no SouthboundNews')
          news.told(id, told, kind)
          kind = 'changes'
        }
      } finally {
        if (current.get(id) === exchange) {
          current.delete(id)
          news.silent(id)
        }
      }
    },
  })
}
