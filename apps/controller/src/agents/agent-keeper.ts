/** The list of agents in the control state: a document for each. @module */
import type { ControlStore } from '@vagus/store'
import type { AgentKeeper, KeptAgent } from './agent-list.ts'

const prefix = 'agent/'
/** Before there were reports an agent had no `presence`. */
type Written = Omit<KeptAgent, 'presence'> & Partial<Pick<KeptAgent, 'presence'>>

export const agentKeeper = (control: ControlStore): AgentKeeper => ({
  load: () =>
    control
      .keys()
      .filter((key) => key.startsWith(prefix))
      .flatMap((key) => {
        const kept = control.get(key)?.value as Written | undefined // what `keep` wrote
        return kept === undefined ? [] : [{ presence: 'published', ...kept }]
      }),
  keep: (agent) => control.put(`${prefix}${agent.name}`, agent, agent.seenAt),
  forget: (name) => control.delete(`${prefix}${name}`),
})
