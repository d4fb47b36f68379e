/**
 * Members of a fleet by the names and roles of the roster. What stands there beats every other source: a member's name is
 * nobody else's, and a role is what the owner says, never what an agent says of itself.
 * @module
 */
import type { FoundAgent, Lookup } from '@vagus/agent'
import { type AgentId, type Identity, verifyWhenIssued } from '@vagus/identity'
import {
  type Claim,
  type Claimant,
  type ClaimAnswer,
  type Directory,
  Documents,
  hasClaim,
  maxClaimants,
} from '@vagus/lookup'
import { identityCrypto } from '@vagus/transport'
import type { Fleet } from './fleet.ts'

type Members = Pick<Fleet, 'owner' | 'member' | 'memberNamed' | 'isActive' | 'activeWithRole'>

/** @param others what knows documents, also by ids */
export function memberLookup(fleet: Members, others: Lookup): Lookup {
  return {
    async find(name, options): Promise<readonly FoundAgent[]> {
      const member = fleet.memberNamed(name.replace(/^vagus:/, '')) // that is how documents write names
      if (member === undefined) return others.find(name, options)
      // Another agent may claim that id as an alias, and whoever keeps documents may answer with it.
      const found = (await others.find(member.id, options)).filter(({ document }) => {
        const read = verifyWhenIssued(document, identityCrypto)
        return read.type === 'refused' || read.identity.id === member.id // why it is refused is said where it is used
      })
      if (found.length > 0) return found
      // Rather an outage than an unknown name: its document may come at any time.
      throw new Error(`by the roster it is ${member.id}, of which no document is known here`)
    },
    nameLike: (name) => others.nameLike?.(name),
  }
}

/** Those whom `source` knows and who are active members; a role is one of the roster. */
export function memberDirectory(fleet: Members, source: Lookup & Directory): Directory {
  const documents = new Documents()
  const byRole = async (role: string, claim: Claim, signal: AbortSignal): Promise<ClaimAnswer> => {
    const members = fleet.activeWithRole(role)
    const problems: string[] = []
    const asked = members.slice(0, maxClaimants).map(async ({ id, name }): Promise<readonly Claimant[]> => {
      const found = await source.find(id, { signal }).catch((error: Error) => {
        problems.push(error.message)
        return []
      })
      return found.flatMap(({ document }) => {
        const taken = documents.take(document, Date.now())
        return 'identity' in taken && taken.identity.id === id && hasSkill(taken.identity, claim)
          ? [{ name, identity: taken.identity, state: 'unknown' as const }]
          : []
      })
    })
    const claimants = (await Promise.all(asked)).flat()
    const left = members.length - maxClaimants
    const gaps = left > 0 ? [`the roster has ${left} more members with role:${role}`] : []
    return { claimants, gaps: [...new Set([...problems, ...gaps])], near: [] }
  }
  return {
    async search(claim, { signal }) {
      if (claim.role !== undefined) return byRole(claim.role, claim, signal)
      const among = { owner: fleet.owner, has: (id: AgentId) => fleet.isActive(id) }
      const answer = await source.search(claim, { signal, among })
      return { ...answer, claimants: answer.claimants.filter(({ identity }) => fleet.isActive(identity.id)) }
    },
  }
}

const hasSkill = (identity: Identity, { skill }: Claim): boolean => skill === undefined || hasClaim(identity, { skill })

/** Whether the agent has the claim, where a roster says who has which role. */
export const memberHasClaim = (fleet: Members, identity: Identity, claim: Claim): boolean =>
  fleet.isActive(identity.id) &&
  hasSkill(identity, claim) &&
  (claim.role === undefined || fleet.member(identity.id)?.roles.includes(claim.role) === true)
