/** The controller among the agents on its links. @module */
import type { Config } from '@vagus/api'
import { Neighbourhood } from '@vagus/asa'

/** Listens, and says that a controller is here; undefined when the configuration names no interface. */
export function openNeighbourhood(
  { domain, grasp }: Config,
  report: (line: string) => void,
): Neighbourhood | undefined {
  if (grasp.interfaces.length === 0) return undefined
  return new Neighbourhood({
    self: { agent: `controller.${domain}`, skills: ['flow-collector', 'controller'], protocols: ['grasp'] },
    interfaces: grasp.interfaces,
    report,
  })
}
