/** What operators ask again and again, as prompts of MCP. @module */
import { z } from '@hono/zod-openapi'
import { completable, type McpServer } from '@modelcontextprotocol/server'
import type { Topology } from '@vagus/api'
import { durationPattern } from '@vagus/api/duration'
import type { Ask } from './answer.ts'

const last = z.string().regex(durationPattern, 'such as 15m, 1h or 7d').default('1h').describe('such as 15m, 1h or 7d')
const id = z.string().max(100).describe('such as transit-7')

/** Adds the prompts to a server. Made once: what completes an argument is a mark on its schema. */
export function promptsOf(ask: Ask): (server: McpServer) => void {
  const ofLink = z.object({
    link: completable(z.string().max(100).describe('its name'), (begun) => linkNames(ask, begun)),
  })
  const ofTime = z.object({ last })
  const ofProposal = z.object({ id })
  return (server) => {
    server.registerPrompt(
      'explain_link',
      {
        title: 'Why is a link full?',
        description: 'What loads a link, since when, and what would help',
        argsSchema: ofLink,
      },
      ({ link }) => said(linkQuestion(link)),
    )
    server.registerPrompt(
      'what_changed',
      { title: 'What changed?', description: 'Events and changes of traffic within a time', argsSchema: ofTime },
      ({ last }) => said(changeQuestion(last)),
    )
    server.registerPrompt(
      'review_proposal',
      {
        title: 'Approve a proposal?',
        description: 'What speaks for and against a move of traffic',
        argsSchema: ofProposal,
      },
      ({ id }) => said(proposalQuestion(id)),
    )
  }
}

const report = 'Give each figure with its window and its coverage, and say what you could not find out. Change nothing.'

const linkQuestion = (link: string): string =>
  `Why is the link ${quoted(link)} as full as it is, and what would help?
1. network_links with match: its ends, its state, which direction is full.
2. network_link_load over 1h and over 24h: since when, and whether it comes every day.
3. network_devices with match: the index of its interface at the device that it ends at.
4. network_top_flows with filter exporter=DEVICE,outIf=INDEX for what leaves there, inIf=INDEX for what enters; by srcSite,dstSite, by application, and by src,dst. Compare with the same window before (from and to).
5. network_events: what happened when it began.
6. network_borders and network_proposals, if it leads to a neighbour: whether other links have room.
${report}`

const changeQuestion = (last: string): string =>
  `What changed in the network within the last ${last}?
1. network_events: back to the start of that time, page by page.
2. network_traffic_series by srcSite and by application, over twice that time: what grew and what fell.
3. network_links over that time: what is full, and what is down.
4. network_status: what is wrong at present.
Begin with what matters most. Tell causes from what merely came at the same time. ${report}`

const proposalQuestion = (id: string): string =>
  `Should the proposal ${quoted(id)} be approved?
1. network_proposal: the links above their threshold, the moves, what they should give, what else was rejected and why.
2. network_borders: whether the loads are still such, and whether the links that get more have room.
3. network_link_load of the links concerned over 24h: whether the load is a peak that falls by itself.
4. network_proposals over 7d with state measured: what earlier moves gave.
If you would approve it, name the commands for a person: vagus proposal approve ID --dry-run, then vagus proposal approve ID --for TIME, and vagus proposal undo ID. ${report}`

/** What was typed stays one word of the question. */
const quoted = (text: string): string => JSON.stringify(text)

const said = (text: string) => ({ messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] })

async function linkNames(ask: Ask, begun: string): Promise<string[]> {
  const { links } = (await (await ask('/v1/topology', new AbortController().signal)).json()) as Topology
  return links.map(({ name }) => name).filter((name) => name.startsWith(begun))
}
