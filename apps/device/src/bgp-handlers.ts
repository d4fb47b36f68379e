/** What the agent answers of its speaker: peers, routes of its tables, differences (`vagus bgp …`). @module */
import { bgpDiffQuerySchema, bgpPeersQuerySchema, bgpRoutesQuerySchema } from '@vagus/api'
import { type Answerer, bgpDiffOf, bgpPeersOf, bgpRoutesOf, type TableName, tableNamed } from '@vagus/speaker'
import type { AgentParts } from './agent-parts.ts'
import type { ControlAnswer, ControlHandler, Schema } from './control-server.ts'

const ok = (body: object): ControlAnswer => ({ status: 200, body })

export function bgpHandlers(agent: AgentParts): ReadonlyMap<string, ControlHandler> {
  const { name: device } = agent.options
  const answerer: Answerer = { device, as: agent.facts.as, identifier: agent.identifier }
  return new Map<string, ControlHandler>([
    [
      'GET /v1/bgp/peers',
      async (query) => {
        queryOf(bgpPeersQuerySchema, query)
        return ok(bgpPeersOf(answerer, await agent.speaker.peers(), Date.now()))
      },
    ],
    [
      'GET /v1/bgp/routes',
      async (query) => {
        const { table, device: _, after, prefix, ...rest } = queryOf(bgpRoutesQuerySchema, query)
        const page = await agent.speaker.routes({
          of: tableOf(table),
          ...rest,
          ...(prefix === undefined ? {} : { prefix }),
          ...(after === undefined ? {} : { after }),
        })
        return ok(bgpRoutesOf(device, table, rest.family, page))
      },
    ],
    [
      'GET /v1/bgp/diff',
      async (query) => {
        const { before, after, family, limit } = queryOf(bgpDiffQuerySchema, query)
        const diff = await agent.speaker.diff({ before: tableOf(before), after: tableOf(after), family, limit })
        return ok(bgpDiffOf(device, { before, after, family }, diff))
      },
    ],
  ])
}

/** @throws {RangeError} that says what would be right */
function queryOf<Query>(schema: Schema<Query>, query: URLSearchParams): Query {
  const read = schema.safeParse(Object.fromEntries(query))
  if (read.success) return read.data
  throw new RangeError(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

function tableOf(text: string): TableName {
  const table = tableNamed(text)
  if (table === undefined) throw new RangeError(`"${text}" names no table`)
  return table
}
