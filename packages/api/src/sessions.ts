/**
 * Sessions between agents, as each end reports them.
 *
 *   PUT /v1/agents/{name}/sessions   a session report, signed by the agent
 *   GET /v1/sessions                 SessionList          agent peer
 *
 * A report is a compact JWS of type `vagus-sessions` over JSON, signed with the Ed25519 key that the agent's document names.
 * @module
 */
import { z } from 'zod'
import { apiVersion } from './resources.ts'
import { maxReportedSessions, maxReportEverySeconds, reportEverySeconds } from './session-report.ts'

const time = z.iso.datetime()
const count = z.int().min(0)
const milliseconds = z.number().min(0)
/** Reports come from strangers and end up in events and on terminals: no blanks, no control characters. */
const word = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[!-~]*$/, 'must be printable ASCII without blanks')
const id = word(128).describe('did:key:z6Mk…')

const pathSchema = z.object({
  kind: z.enum(['udp', 'tcp', 'ws', 'relay']),
  local: word(512).describe('as a URI'),
  remote: word(512).describe('as a URI; for a path through a relay that of the relay'),
  state: z
    .enum(['validating', 'alive', 'suspect', 'dead'])
    .describe('suspect: an answer is late; dead: given up, retried ever more rarely'),
  status: z.enum(['active', 'standby']).describe('standby: only when no active path is left'),
  primary: z.boolean().describe('whether it carries data now'),
  roundTripMs: milliseconds.nullable().describe('smoothed; null before the first'),
  mapped: word(512).optional().describe('where others see "local", as a URI: there is a NAT'),
  proxy: word(300).optional().describe('the HTTP proxy that it goes through'),
})
export type SessionPath = z.infer<typeof pathSchema>

const consumption = { wakes: count, joules: z.number().min(0) }
const radioSchema = z.object({
  network: word(64).describe('the interface or prefix'),
  access: word(16).describe('the kind of network whose model is used: wifi, lte, 5g, geo'),
  seconds: z.number().min(0).describe('for which these figures are'),
  ...consumption,
  atOnce: z.object(consumption).describe('if everything had been sent at once; an estimate that is rather too low'),
})
export type SessionRadio = z.infer<typeof radioSchema>
const trafficSchema = z.object({ octets: count, packets: count })

const sessionFields = {
  role: z.enum(['initiator', 'responder']).describe('of the reporting agent'),
  how: z.enum(['handshake', 'ticket']).describe('ticket: resumed, without a handshake'),
  cipher: word(64).describe('25519+MLKEM768_AESGCM_SHA256: key agreement, encryption, hash'),
  padding: z.enum(['none', 'padme', 'classes']).describe('of what the agent sends; classes: three lengths'),
  since: time,
  binding: word(64)
    .optional()
    .describe('of the keys of the session (RFC 5056), the same at both ends and in no other session'),
  state: z.enum(['up', 'silent']).describe('silent: an answer is late on every path'),
  moving: z
    .object({
      by: z.enum(['agent', 'peer']).describe('agent: the reporting one'),
      to: word(64).nullable().describe('the network, as that one calls it; null: it does not say'),
      at: time,
      gapMs: milliseconds.describe('for which nothing may get through'),
    })
    .optional()
    .describe('one of both has announced a change of network that is not over: silence is expected meanwhile'),
  paths: z.array(pathSchema).max(8),
  traversal: z
    .object({
      state: z.enum(['trying', 'open', 'failed']).describe('open: a way was found; the paths say whether it is alive'),
      own: word(64)
        .nullable()
        .describe('how the NAT of the agent maps (RFC 4787): endpoint-independent, none, blocked, …'),
      peer: word(64).nullable().describe('the same of the peer; null: not known'),
      why: word(64).nullable().describe('why no way was found: both-dependent, own-blocked, …'),
    })
    .optional()
    .describe('how a direct path was looked for, beside one through a relay'),
  moves: count.describe('how often data changed its path'),
  gaps: z
    .object({ count, lastMs: milliseconds.nullable(), longestMs: milliseconds.nullable() })
    .describe('silences: from the last packet before to the first one after'),
  radio: radioSchema
    .optional()
    .describe('of the agent, under the path that carries data, if it is to sleep: what all sessions over it took'),
  streams: count.describe('open in both directions: one per request, kept a minute longer if it may be repeated'),
  byService: z.record(z.string(), count).optional().describe('of these by service, such as control'),
  peerActsFor: z
    .object({ agent: id, task: word(128), until: time })
    .optional()
    .describe('who delegated to the peer, as that showed when the session began'),
  carried: z
    .object({ sent: trafficSchema, received: trafficSchema })
    .optional()
    .describe('since the session began: datagrams or parts of streams, without the headers of IP, UDP and TCP'),
}

/** An agent's report of one session. */
const reportedSessionSchema = z.object({ peer: id, ...sessionFields })
export type ReportedSession = z.infer<typeof reportedSessionSchema>

/** What is signed. */
export const sessionReportSchema = z.object({
  agent: id,
  at: time.describe('grows with every report'),
  sessions: z.array(reportedSessionSchema).max(maxReportedSessions),
  more: count.max(1_000_000).describe('sessions that are left out'),
  roster: z
    .object({ owner: id, epoch: count })
    .optional()
    .describe('by which the agent decides who may call it and whom it calls'),
  every: z
    .int()
    .min(reportEverySeconds)
    .max(maxReportEverySeconds)
    .optional()
    .describe(`seconds within which it is repeated, where that is not ${reportEverySeconds}: a radio sleeps meanwhile`),
  run: word(64).optional().describe('drawn by the process when it started; with it, each session has its binding'),
  ends: z.literal(true).optional().describe('the last one: the agent ends'),
})
export type SessionReport = z.infer<typeof sessionReportSchema>

const endSchema = z.object({ name: z.string().nullable().describe('null: not on the list'), id })

/** One end's view of a session. */
const sessionSchema = z.object({ agent: endSchema, peer: endSchema, ...sessionFields, toldAt: time })
export type Session = z.infer<typeof sessionSchema>

export const sessionListSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('SessionList'),
  items: z.array(sessionSchema).describe('by agent and peer; both ends report a session if both are on the list'),
  more: count.describe('sessions that agents did not report'),
})
export type SessionList = z.infer<typeof sessionListSchema>

export const sessionsQuerySchema = z.strictObject({
  agent: z.string().optional().describe('only reports of this agent; its name or id'),
  peer: z.string().optional().describe('only sessions with this peer; its name or id'),
})
