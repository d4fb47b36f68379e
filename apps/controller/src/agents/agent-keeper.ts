/** The list of agents in the control state: a document for each. @module */
import type { ControlStore } from '@vagus/store'
import type { AgentKeeper, KeptAgent } from './agent-list.ts'

const prefix = 'agent/'

export const agentKeeper = (control: ControlStore): AgentKeeper => ({
  load: () =>
    control
      .keys()
      .filter((key) => key.startsWith(prefix))
      .flatMap((key) => (control.get(key)?.value as KeptAgent | undefined) ?? []), // what `keep` wrote
  keep: (agent) => void control.put(`${prefix}${agent.name}`, agent, agent.seenAt),
  forget: (name) => control.delete(`${prefix}${name}`),
})
