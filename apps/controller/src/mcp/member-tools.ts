/**
 * The tools for members of the controller's fleet: all that only read, and private lines of their own. Which member uses
 * which is for the policies of the fleet; what it may order is for the operator's bounds.
 * @module
 */
import type { z } from '@hono/zod-openapi'
import { agentLineRoutes } from '../http/agent-line-routes.ts'
import { type Answer, fitWhole } from './fit.ts'
import type { Tool } from './tool.ts'
import { tools } from './tools.ts'
import { shortAgentQuote, shortLine, shortOwnLine } from './views.ts'

/** Whoever changed something is told how it is undone. */
const withUndo = (line: Answer): Answer => {
  const { id, state, end } = line as z.infer<typeof shortOwnLine>
  const isOver = state === 'released' || state === 'failed'
  const undo = isOver ? null : `network_line_release with id ${id}; else it ends at ${end}`
  return shortOwnLine.parse({ ...line, undo })
}

const shape = { type: 'other', fit: fitWhole } as const

const ownLines: readonly Tool[] = [
  {
    name: 'network_line_quote',
    title: 'Quote of a private line',
    description:
      'Whether you may have a guaranteed rate between two sites, over which links, and what would be possible instead.\n' +
      'It orders nothing and keeps no room. `quote` is for network_line_order within a minute; null: not possible, ' +
      '`because` says why and `alternative` what is. All that the two sites send to each other goes over the line.',
    route: agentLineRoutes.quote,
    shows: shortAgentQuote,
    shape,
  },
  {
    name: 'network_line_order',
    title: 'Order a private line',
    description:
      'Orders a guaranteed rate with low delay between two sites, both ways, for a time, within the bounds for agents.\n' +
      'Give `quote` of network_line_quote, or from, to, bitsPerSecond and for. All packets between the two sites go over ' +
      'it, and what is beyond the rate is dropped: order what all of them need. Then network_line with waitFor: active.',
    route: agentLineRoutes.order,
    effect: 'adds',
    shows: shortOwnLine,
    view: withUndo,
    shape,
  },
  {
    name: 'network_line',
    title: 'One private line',
    description:
      'How one private line stands, what it delivered in its last minute, and who ordered it.\n' +
      'With waitFor: active it answers once the line is active or over, or when the seconds are. steered false: packets ' +
      'go the usual way, as probes are lost. Ids: network_lines.',
    route: agentLineRoutes.show,
    shows: shortLine,
    shape,
  },
  {
    name: 'network_line_change',
    title: 'Change a private line',
    description:
      'Changes rate or end of a line that you ordered, within the bounds for agents; no packet is lost.\n' +
      'Answered when it is done. Where there is no room the line goes on as it was, and the answer says what is possible.',
    route: agentLineRoutes.change,
    effect: 'changes',
    shows: shortOwnLine,
    view: withUndo,
    shape,
  },
  {
    name: 'network_line_release',
    title: 'Release a private line',
    description:
      'Ends a line that you ordered before its time; packets go the usual way again.\n' +
      'Release what you no longer need: others wait for the room. A line that is over stays so.',
    route: agentLineRoutes.release,
    effect: 'ends',
    shows: shortOwnLine,
    view: withUndo,
    shape,
  },
]

const own = new Set(ownLines.map(({ name }) => name))
export const memberTools: readonly Tool[] = [...tools.filter(({ name }) => !own.has(name)), ...ownLines]
