/** The list of agents in the control state: a document for each. @module */
import type { ControlStore } from '@vagus/store'
import type { AgentKeeper, KeptAgent } from './agent-list.ts'

const prefix = 'agent/'
/** Before there were reports an agent had no `presence`. */
type Written = Omit<KeptAgent, 'presence'> & Partial<Pick<KeptAgent, 'presence'>>

export const agentKeeper = (control: ControlStore): AgentKeeper => ({
  load: () => (control.values(prefix) as readonly Written[]).map((kept) => ({ presence: 'published', ...kept })), // what `keep` wrote
  keep: (agent) => control.put(`${prefix}${agent.name}`, agent, agent.seenAt),
  forget: (name) => control.delete(`${prefix}${name}`),
})
