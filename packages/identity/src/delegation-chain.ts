/**
 * Verifies a chain of delegations, from the document of the root agent to the last child. Each hop must be signed by
 * the child of the hop before, and grant no more than that hop: capabilities, audience, task, hops and time can only
 * shrink.
 * @module
 */
import { covers, type Capability } from './capability.ts'
import { maxHops, readDelegation, type Delegation, type ReadDelegation } from './delegation.ts'
import { type AgentId, keyOfId } from './did-key.ts'
import type { Identity } from './document.ts'
import { checkSignature, type CompactJws } from './jws.ts'
import type { IdentityCrypto } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'
import { checkValidity } from './validity.ts'

/** What `agent` may do in the name of `root`. This does not say what the root itself may do. */
export interface Mandate {
  readonly root: AgentId
  readonly agent: AgentId
  /** The agents of the chain, from the root to `agent`. */
  readonly chain: readonly AgentId[]
  readonly capabilities: readonly Capability[]
  readonly task: string
  /** `undefined`: any agent. */
  readonly audience: readonly AgentId[] | undefined
  /** Number of further hops that `agent` may make. */
  readonly depth: number
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/**
 * The mandate that `delegations` (the root's first) grant at `now` (milliseconds since 1970). `root` is a verified
 * identity. Refused as `chain`, `widened`, `signature`, `expired` …; input from strangers never makes it throw.
 */
export function verifyDelegations(
  root: Identity,
  delegations: readonly CompactJws[],
  now: number,
  crypto: IdentityCrypto,
): { readonly type: 'verified'; readonly mandate: Mandate } | Refused {
  return settle(() => {
    if (delegations.length > maxHops) {
      throw new RefusalError('limit', `${delegations.length} delegations; at most ${maxHops} are read`)
    }
    if (now >= root.expiresAt) throw new RefusalError('expired', 'the document of the root has expired')
    const chain: AgentId[] = [root.id]
    let last: ReadDelegation | undefined
    for (const text of delegations) {
      last = checkHop(root, chain, last, readDelegation(text), now, crypto)
      chain.push(last.sub)
    }
    if (last === undefined) throw new RefusalError('chain', 'there is no delegation')
    return { type: 'verified', mandate: mandateOf(root, chain, last) }
  })
}

function mandateOf(root: Identity, chain: readonly AgentId[], last: Delegation): Mandate {
  const { sub, capabilities, task, audience, depth, exp } = last
  return { root: root.id, agent: sub, chain, capabilities, task, audience, depth, expiresAt: exp * 1000 }
}

function checkHop(
  root: Identity,
  chain: readonly AgentId[],
  before: ReadDelegation | undefined,
  hop: ReadDelegation,
  now: number,
  crypto: IdentityCrypto,
): ReadDelegation {
  const issuer = chain.at(-1)!
  if (hop.iss !== issuer)
    throw new RefusalError('chain', `hop ${chain.length} is signed by ${hop.iss}, not by ${issuer}`)
  if (chain.includes(hop.sub)) throw new RefusalError('chain', `hop ${chain.length} goes back to ${hop.sub}`)
  if (hop.exp * 1000 > root.expiresAt)
    throw new RefusalError('widened', `hop ${chain.length} outlives the document of its root`)
  if (before !== undefined) checkAttenuated(before, hop, chain.length)
  checkValidity(hop, now)
  checkSignature(hop.jws, before === undefined ? root.keys.ed25519 : keyOfId(issuer), crypto)
  return hop
}

function checkAttenuated(from: Delegation, to: Delegation, hop: number): void {
  const widened = (what: string): RefusalError => new RefusalError('widened', `hop ${hop} ${what}`)
  if (to.depth >= from.depth) {
    throw widened(
      from.depth === 0 ? 'is one hop too many' : `allows ${to.depth} hops, but must allow fewer than ${from.depth}`,
    )
  }
  if (to.exp > from.exp) throw widened(`ends ${to.exp - from.exp} s after the hop before`)
  if (to.task !== from.task && !to.task.startsWith(`${from.task}/`)) {
    throw widened(`is for task "${to.task}", which is not inside "${from.task}"`)
  }
  const capability = to.capabilities.find((wanted) => !covers(from.capabilities, wanted))
  if (capability !== undefined) throw widened(`gives "${capability}", which the hop before does not have`)
  const { audience } = from
  if (audience === undefined) return
  const stranger = to.audience === undefined ? 'anyone' : to.audience.find((id) => !audience.includes(id))
  if (stranger !== undefined) throw widened(`is for ${stranger}, who is not in the audience of the hop before`)
}
