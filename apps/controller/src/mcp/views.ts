/**
 * What of some resources a model is shown: all else costs it context and answers no question that it is asked. Each is a
 * part of the schema of the API.
 * @module
 */
import {
  agentListSchema,
  deviceListSchema,
  type EventList,
  eventListSchema,
  eventSchema,
  exporterListSchema,
  flowTopSchema,
  linkListSchema,
  linkLoadSchema,
  sentenceOf,
  sessionListSchema,
  statusSchema,
} from '@vagus/api'
import { agentLineQuoteSchema } from '@vagus/api/agent-lines'
import { type IntentList, intentListSchema } from '@vagus/api/intent'
import { goalText, scopeText, whenText } from '@vagus/api/intent-words'
import { lineListSchema, lineQuoteSchema, lineResourceSchema } from '@vagus/api/lines'
import { proposalListSchema, proposalResourceSchema } from '@vagus/api/steering'
import { whoisSchema } from '@vagus/api/whois'
import { z } from '@hono/zod-openapi'

/** What disturbs the controller itself is among `quality`, too. */
export const shortStatus = statusSchema.omit({
  startedAt: true,
  substrate: true,
  version: true,
  flows: true,
  store: true,
  lines: true,
  intents: true,
  counters: true,
})

/** The question says the rest. */
const topItem = flowTopSchema.shape.items.element
export const shortTop = flowTopSchema
  .omit({ by: true, method: true })
  .extend({ items: z.array(topItem.omit({ agents: true })) })

const link = linkListSchema.shape.items.element
const load = link.shape.aToZ.omit({ fromFlows: true, fromCounters: true })
export const shortLinks = linkListSchema.extend({
  items: z.array(
    link
      .omit({ measured: true, counters: true })
      .extend({ aToZ: load, zToA: load, expected: link.shape.expected.unwrap().omit({ unknown: true }).optional() }),
  ),
})

/** What is expected is what `network_links` has. */
export const shortLinkLoad = linkLoadSchema.omit({ expected: true })

/** The rest is what `network_exporters` has. */
export const shortDevices = deviceListSchema.extend({
  items: z.array(deviceListSchema.shape.items.element.omit({ clock: true, protocols: true, samplingRate: true })),
})

/** Counters that are missing are among `quality` of the status. */
export const shortExporters = exporterListSchema.omit({ counters: true }).extend({
  items: z.array(
    exporterListSchema.shape.items.element.omit({
      port: true,
      domain: true,
      firstAt: true,
      datagrams: true,
      templates: true,
      undecoded: true,
    }),
  ),
})

/** All match: no `n` is asked for. */
export const shortAgents = agentListSchema.omit({ more: true }).extend({
  items: z.array(agentListSchema.shape.items.element.omit({ tag: true, epoch: true, expiresAt: true })),
})

/** Goal, place and time in words: their schemas are long, and nobody computes with them. */
export const saidIntents = intentListSchema.pick({ now: true, epoch: true, expiresAt: true, standing: true }).extend({
  items: z.array(
    intentListSchema.shape.items.element
      .pick({ name: true, state: true, since: true, evidence: true, because: true })
      .extend({ goal: z.string(), where: z.string(), when: z.string() }),
  ),
})
export const intentsSaid = ({ now, epoch, expiresAt, standing, items }: IntentList): z.infer<typeof saidIntents> => ({
  now,
  epoch,
  expiresAt,
  standing,
  items: items.map(({ name, state, since, evidence, because, goal, scope, when }) => {
    const said = { goal: goalText(goal), where: scopeText(scope), when: whenText(when) }
    return { name, state, since, evidence, because, ...said }
  }),
})

/** Who it is and why; the rest is for people. */
const whoisAgent = whoisSchema.shape.agents.element
export const shortWhois = whoisSchema
  .pick({ at: true, agents: true, more: true, conflicts: true, behindNat: true })
  .extend({
    agents: z.array(
      whoisAgent
        .pick({ name: true, id: true, state: true, roles: true, claims: true, device: true, site: true })
        .extend({
          owner: z.object({ name: z.string().nullable() }).nullable(),
          places: z.array(
            whoisAgent.shape.places.element.pick({
              address: true,
              port: true,
              proof: true,
              because: true,
              behindNat: true,
            }),
          ),
          bindings: z.array(whoisAgent.shape.bindings.element.pick({ kind: true, value: true, proof: true })),
        }),
    ),
  })

const session = sessionListSchema.shape.items.element
export const shortSessions = sessionListSchema.extend({
  items: z.array(
    session
      .omit({
        how: true,
        cipher: true,
        padding: true,
        streams: true,
        byService: true,
        carried: true,
        peerActsFor: true,
        radio: true,
        traversal: true,
      })
      .extend({
        paths: z.array(session.shape.paths.element.omit({ local: true, status: true })),
      }),
  ),
})

/** Without what `network_proposal` has. */
const proposal = proposalListSchema.shape.items.element
const approval = proposal.shape.approval.unwrap()
export const shortProposals = proposalListSchema.extend({
  items: z.array(
    proposal
      .omit({ because: true, classes: true, rejected: true, outcome: true })
      .extend({ approval: approval.omit({ leases: true, approver: true }).nullable() }),
  ),
})

/** Who approved what, and where it holds; not what each neighbour was told. */
const rejected = proposal.shape.rejected.element
export const shortProposal = proposalResourceSchema.omit({ classes: true }).extend({
  rejected: z.array(rejected.extend({ move: rejected.shape.move.omit({ bitsPerSecond: true }) })),
  because: z.array(proposal.shape.because.element.pick({ link: true, capacity: true, load: true, threshold: true })),
  approval: approval
    .omit({ approver: true })
    .extend({ leases: z.array(approval.shape.leases.element.omit({ before: true, after: true })) })
    .nullable(),
})

/** A link says what it connects. */
const hops = z.array(lineQuoteSchema.shape.considered.element.shape.hops.element.pick({ link: true }))
const line = lineListSchema.shape.items.element
const protection = line.shape.protection.unwrap().pick({ state: true }).nullable()
const minute = line.shape.last.unwrap().pick({ delivered: true, roundTripMs: true })
export const shortLines = lineListSchema.extend({
  items: z.array(
    line
      .omit({ onTheWire: true, since: true, number: true, setUpMs: true, flow: true })
      .extend({ path: z.object({ hops }).nullable(), protection, last: minute.nullable() }),
  ),
})
/** Without what only operators look at. */
export const shortLine = lineResourceSchema
  .omit({ onTheWire: true, number: true, setUpMs: true, flow: true, considered: true, minutes: true, proof: true })
  .extend({
    path: z.object({ hops }).nullable(),
    protection,
    last: line.shape.last.unwrap().omit({ at: true, seconds: true }).nullable(),
  })
/** For who changed it. */
export const shortOwnLine = shortLine
  .pick({
    apiVersion: true,
    kind: true,
    id: true,
    bitsPerSecond: true,
    end: true,
    state: true,
    because: true,
    moves: true,
  })
  .extend({ undo: z.string().nullable() })
const asked = { bitsPerSecond: true, onTheWire: true, start: true, end: true } as const
const considered = z.array(lineQuoteSchema.shape.considered.element.extend({ hops }))
const quoted = { considered, protection: z.object({ hops }).nullable() }
export const shortQuote = lineQuoteSchema.omit(asked).extend(quoted)
export const shortAgentQuote = agentLineQuoteSchema.omit(asked).extend(quoted)

/** The sentence for people, instead of fields that a model would have to look up; nothing for those who check the record. */
export const toldEvents = eventListSchema.extend({
  items: z.array(eventSchema.omit({ fields: true, hash: true }).extend({ event: z.string(), sentence: z.string() })),
})
export const told = ({ items, ...list }: EventList): z.infer<typeof toldEvents> => ({
  ...list,
  items: items.map((event) => {
    const { fields: _fields, hash: _hash, ...shown } = event
    return { ...shown, sentence: sentenceOf(event) }
  }),
})
