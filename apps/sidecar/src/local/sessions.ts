/** `GET /sessions`: the sessions of the agent as a `SessionList` of the API, for programs of this host. @module */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Agent, Lookup } from '@vagus/agent'
import type { SessionList } from '@vagus/api'
import { agentNameOf, type Identity, verifyDocument } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { reportedSessions } from '../sessions/reported-sessions.ts'
import { ProblemError } from '../wire/problem.ts'

/** Milliseconds. */
const lookupPatience = 1000

/** What is asked to answer. */
export interface SessionSource {
  readonly agent: Pick<Agent, 'connected' | 'id'>
  /** Name of the agent itself. */
  readonly name: string
  /** Who goes by a name: what a peer calls itself is a claim. */
  readonly lookup: Lookup
}

/** @throws {ProblemError} `no-such-path` unless it is a GET */
export async function answerSessions(
  { agent, name, lookup }: SessionSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET') throw new ProblemError('no-such-path', 'sessions are read with GET')
  const { sessions, more } = reportedSessions(agent)
  const toldAt = new Date().toISOString()
  const peers = new Map(agent.connected().map(({ peer: { identity } }) => [identity.id, identity]))
  const items = sessions.map(async ({ peer, ...session }) => ({
    agent: { name, id: agent.id },
    peer: { name: await nameOf(peers.get(peer)!, lookup), id: peer },
    ...session,
    toldAt,
  }))
  const list: SessionList = { apiVersion: 'vagus/v1', kind: 'SessionList', items: await Promise.all(items), more }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list))
}

/** The name that the agent claims, if it is its own by the look-up. */
async function nameOf(identity: Identity, lookup: Lookup): Promise<string | null> {
  const name = agentNameOf(identity)
  if (name === undefined) return null
  const found = await lookup.find(name, { signal: AbortSignal.timeout(lookupPatience) }).catch(() => [])
  const isIts = found.some(({ document }) => {
    const read = verifyDocument(document, Date.now(), identityCrypto)
    return read.type === 'verified' && read.identity.id === identity.id
  })
  return isIts ? name : null
}
