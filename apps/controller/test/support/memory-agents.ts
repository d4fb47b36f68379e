/** A list of agents that is kept nowhere, and the look-up of agents that ask it. @module */
import type { Lookup } from '@vagus/agent'
import { identityCrypto } from '@vagus/transport'
import { AgentDesk } from '../../src/agents/agent-desk.ts'
import { AgentList } from '../../src/agents/agent-list.ts'

export function memoryAgents(): AgentDesk {
  const memory = { load: () => [], keep: () => undefined, forget: () => undefined }
  return new AgentDesk({
    list: new AgentList(memory, identityCrypto, Date.now()),
    crypto: identityCrypto,
    siteOf: () => null,
    membershipOf: () => undefined,
    fleetOf: () => undefined,
    tell: () => undefined,
    now: Date.now,
  })
}

export const lookupIn = (agents: AgentDesk): Lookup => ({
  find: (name) => {
    const found = agents.find(name)
    return Promise.resolve(found === undefined ? [] : [{ document: found.document }])
  },
})
