/** What the operator allows of addresses that move. @module */
import { readFileSync, statSync } from 'node:fs'
import { formatPrefix } from '@vagus/address'
import { type AgentId, isAgentId, verifyRoster } from '@vagus/identity'
import { defaultEdgeConfig, type EdgeConfig, mobileBlock } from '@vagus/mobility'
import { identityCrypto } from '@vagus/transport'
import { textOf } from '../rounds.ts'

export interface MobilityOptions {
  /** The mobile block, as text: nothing outside of it is ever announced. */
  readonly block: string
  /** Interfaces on which hosts may attach. */
  readonly links: readonly string[]
  readonly admits: Admits
  readonly config: EdgeConfig
}

/** Of the router's routes those that may be addresses of agents, with all inside. */
export const mobilePrefixes = ({ block }: Pick<MobilityOptions, 'block'>): string => `${block}+`

/** Whether an agent may have its address here; else why not, and what would be right. */
type Admits = (id: AgentId, now: number) => 'admitted' | { readonly problem: string }

/** As the operator types it: `agents` are ids, `any`, or a file with the signed roster of a fleet. @throws {RangeError} */
export function mobilityAllowed({
  block,
  links,
  agents,
  moves = defaultEdgeConfig.moves,
  leaseSeconds = defaultEdgeConfig.lifetime / 1000,
}: {
  readonly block: string
  readonly links: readonly string[]
  readonly agents: readonly string[]
  readonly moves?: number
  readonly leaseSeconds?: number
}): MobilityOptions {
  if (leaseSeconds < 2 || leaseSeconds > 3600) {
    throw new RangeError(`--mobile-for must be 2s to 1h, got ${leaseSeconds} s`)
  }
  return {
    block: formatPrefix(mobileBlock(block)),
    links,
    admits: admitsOf(agents),
    config: { ...defaultEdgeConfig, moves, lifetime: leaseSeconds * 1000 },
  }
}

function admitsOf(agents: readonly string[]): Admits {
  if (agents.includes('any')) return () => 'admitted'
  const ids = new Set(agents.filter(isAgentId))
  const rosters = agents.filter((one) => !isAgentId(one)).map((path) => new RosterFile(path))
  return (id, now) => {
    if (ids.has(id)) return 'admitted'
    const verdicts = rosters.map((one) => one.admits(id, now))
    if (verdicts.includes('admitted')) return 'admitted'
    const problem =
      verdicts.find((one) => one !== 'admitted')?.problem ?? `${id} is not among --mobile-agents of this edge`
    return { problem }
  }
}

/** A file with a signed roster, which its operator keeps new; looked at again when it has changed. */
class RosterFile {
  readonly #path: string
  #readAt = -1
  #jws = ''

  /** @throws {RangeError} where it cannot be read, or has no roster that holds now */
  constructor(path: string) {
    this.#path = path
    const verdict = this.#roster(Date.now())
    if ('problem' in verdict) throw new RangeError(`--mobile-agents: ${verdict.problem}`)
  }

  admits(id: AgentId, now: number): ReturnType<Admits> {
    const roster = this.#roster(now)
    if ('problem' in roster) return roster
    const member = roster.members.find((one) => one.id === id)
    if (member === undefined) return { problem: `${id} is no member of the fleet` }
    return member.quarantine === undefined ? 'admitted' : { problem: `${member.name} is in quarantine` }
  }

  #roster(now: number) {
    try {
      const { mtimeMs } = statSync(this.#path)
      if (mtimeMs !== this.#readAt) this.#jws = readFileSync(this.#path, 'utf8').trim()
      this.#readAt = mtimeMs
    } catch (error) {
      return { problem: `"${this.#path}" is neither "any", an id such as did:key:z6Mk…, nor a file: ${textOf(error)}` }
    }
    const verdict = verifyRoster(this.#jws, now, identityCrypto)
    return verdict.type === 'verified'
      ? verdict.roster
      : { problem: `"${this.#path}" has no roster that holds: ${verdict.because.problem}` }
  }
}
