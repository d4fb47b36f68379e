/** Which classes in force at the places of a proposal are its own. @module */
import type { ProposalList, ProposalResource, ProposedClass } from '@vagus/api/steering'
import type { Client } from '../client.ts'

/** The longest list of proposals that a controller gives. */
const longest = 1000

/**
 * Tells a proposal's own classes from those of an earlier or later one at the same place by when they were set: after it was
 * opened, and before another was opened for that place. `appliedAt`: RFC 3339. @throws {Failure} as `Client.get`
 */
export async function ownClasses(
  client: Client,
  { openedAt, now }: ProposalResource,
): Promise<(entry: ProposedClass, appliedAt: string) => boolean> {
  const opened = Date.parse(openedAt)
  const last = `${Math.max(0, Math.ceil((Date.parse(now) - opened) / 1000)) + 1}s`
  const { items } = await client.get<ProposalList>('ProposalList', '/v1/proposals', { last, n: longest })
  return ({ prefix, device, interface: name }, appliedAt) => {
    const at = Date.parse(appliedAt)
    const isLater = (other: string): boolean => Date.parse(other) > opened && Date.parse(other) <= at
    const isThere = (one: ProposedClass): boolean =>
      one.prefix === prefix && one.device === device && one.interface === name
    return at >= opened && !items.some((other) => isLater(other.openedAt) && other.classes.some(isThere))
  }
}
