/**
 * A secure substrate of the sessions between agents (RFC 8990 §2.5.1): each is encrypted, and proves whom it is with. A
 * neighbour is an admitted peer that takes part on a live connection; any other member is connected to by its id.
 * @module
 */
import { createHash } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { Agent, Connection } from '@vagus/agent'
import type { Member, StreamPurpose, Substrate, SubstrateListener } from './substrate.ts'
import { protocols, Tie } from './tie.ts'

export interface AgentSubstrateOptions {
  /**
   * Whether a peer that has proven its identity and mandate belongs to the domain: a session proves who somebody is, and only
   * this says who takes part. Asked when a connection comes up, and when a session with a member begins.
   */
  readonly admits: (peer: Connection['peer']) => boolean
}

/** GRASP over the connections of `agent`, of which it opens some and closes none. One per agent at a time, joined once. */
export function agentSubstrate(agent: Agent, { admits }: AgentSubstrateOptions): Substrate {
  /** By id of the peer; of two connections with it, that of the newer. */
  const ties = new Map<string, Tie>()
  const connections = agent.connections()
  const leaving = new AbortController()

  const tie = (connection: Connection, listener: SubstrateListener): void => {
    const member = memberOf(connection.peer.identity.id)
    ties.get(member.name)?.end()
    ties.delete(member.name)
    if (!admits(connection.peer)) return
    const made = new Tie(connection, {
      onPresent: () => listener.onNeighbour(member),
      onAbsent: () => listener.onNeighbourGone(member.name),
      onStream: (stream, purpose) => {
        if (purpose === 'multicast' || admits(connection.peer)) listener.onStream(stream, member, purpose)
        else stream.destroy()
      },
    })
    ties.set(member.name, made)
    void connection.closed.then(() => {
      made.end()
      if (ties.get(member.name) === made) ties.delete(member.name)
    })
  }

  return {
    self: memberOf(agent.id),
    join: (listener) => {
      void (async () => {
        for await (const connection of connections) if (!leaving.signal.aborted) tie(connection, listener)
      })()
    },
    open: async (name: string, purpose: StreamPurpose): Promise<Duplex> => {
      // Other names may come in messages too, and whoever answers the look-up for them is not the one who was meant.
      if (!name.startsWith('did:key:')) throw new Error(`a member is reached by its id (did:key:…), not by "${name}"`)
      const present = ties.get(name)?.connection
      const connection = present ?? (await agent.connect(name, { signal: leaving.signal }))
      if (!admits(connection.peer)) throw new Error(`${name} is no member of this domain`)
      return connection.openStream({ protocol: protocols[purpose], class: 'control' })
    },
    leave: async () => {
      leaving.abort(new Error('GRASP was stopped'))
      await connections.return?.()
      for (const each of ties.values()) each.end()
      ties.clear()
    },
  }
}

/** Address of the member with that id: who a message is from, where only that is told. */
export const memberAddress = (id: string): Uint8Array => memberOf(id).address

/** The address only tells nodes apart: a unique local one (RFC 4193) made of the id. */
function memberOf(name: string): Member {
  const digest = createHash('sha256').update(name).digest()
  return { name, address: new Uint8Array([0xfd, ...digest.subarray(0, 15)]) }
}
