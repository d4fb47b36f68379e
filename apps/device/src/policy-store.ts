/** The change of the policy that is pending, in a file: an agent that was killed left it in the router. @module */
import type { PolicyStore } from './policy-change.ts'
import { besideControl, StateFile } from './state-file.ts'

/** @param control path of the agent's control socket */
export function policyStore(control: string): PolicyStore {
  const path = besideControl(control, 'policy.json')
  const file = new StateFile<{ readonly pending: object | null }>({ path, what: 'change of the policy', version: 1 })
  return {
    read: () => file.read(({ pending }) => pending) ?? null,
    write: (pending) => file.write({ pending }),
  }
}
