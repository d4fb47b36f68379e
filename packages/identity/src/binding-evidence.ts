/**
 * Who an identifier of another network is, of several that say so: the strongest evidence wins, a tie has no winner, and
 * nobody who was outdone is hidden.
 * @module
 */
import { verifyAttestation } from './attestation.ts'
import { isWeak } from './binding.ts'
import type { AgentId } from './did-key.ts'
import type { Identity } from './document.ts'
import type { IdentityCrypto } from './ports.ts'

/**
 * How it is known, the weakest first. `claimed`: the agent says so. `presented`: it showed so in a session. `attested`: a
 * third party signed it. `proven`: the network found it so: a certificate by BRSKI, a route after the neighbour was checked.
 */
const bindingProofs = ['claimed', 'presented', 'attested', 'proven'] as const
export type BindingProof = (typeof bindingProofs)[number]

export interface BindingEvidence {
  readonly agent: AgentId
  readonly kind: string
  readonly value: string
  readonly proof: BindingProof
  /** Who says so: an id, or words such as "certificate by BRSKI". */
  readonly by: string
  /** Milliseconds since 1970. */
  readonly until: number
}

/** One identifier, and who holds it. */
export interface ResolvedBinding {
  readonly kind: string
  readonly value: string
  /** With the strongest evidence; undefined where several agents have equally strong ones. */
  readonly holder: AgentId | undefined
  /** Whether several agents are said to hold it. */
  readonly isContested: boolean
  /** Whether it can raise trust in the holder: never by a kind that is weak, nor by what only the agent itself says. */
  readonly raisesTrust: boolean
  /** The strongest first. */
  readonly evidence: readonly BindingEvidence[]
}

/** What the document says at `now` (milliseconds since 1970). An attestation that does not hold leaves a claim. */
export function documentEvidence(identity: Identity, now: number, crypto: IdentityCrypto): readonly BindingEvidence[] {
  const { id, bindings } = identity
  return bindings
    .filter(({ exp }) => now < exp * 1000)
    .map(({ kind, value, exp, attested }) => {
      const claim = { agent: id, kind, value, until: Math.min(exp * 1000, identity.expiresAt) }
      const read = attested === undefined ? undefined : verifyAttestation(attested, now, crypto)
      if (read?.type !== 'verified') return { ...claim, proof: 'claimed', by: id }
      const { issuer, exp: until, ...said } = read.attestation
      if (said.agent !== id || said.kind !== kind || said.value !== value) return { ...claim, proof: 'claimed', by: id }
      return { ...claim, proof: 'attested', by: issuer, until: Math.min(claim.until, until * 1000) }
    })
}

/** Whether an attestation of that issuer counts. An agent can make as many issuers as it likes: for others it is a claim. */
export type Trusts = (issuer: string) => boolean

/** What holds at `now`, merged by identifier; in the order in which they first appear. */
export function resolveBindings(
  all: readonly BindingEvidence[],
  now: number,
  trusts: Trusts,
): readonly ResolvedBinding[] {
  const groups = Map.groupBy(
    all.filter(({ until }) => now < until),
    ({ kind, value }) => `${kind} ${value}`,
  )
  return [...groups.values()].map((group) => resolve(group, trusts))
}

function resolve(group: readonly BindingEvidence[], trusts: Trusts): ResolvedBinding {
  const strengthOf = ({ proof, by }: BindingEvidence): number =>
    bindingProofs.indexOf(proof === 'attested' && !trusts(by) ? 'claimed' : proof)
  const evidence = group.toSorted((a, b) => strengthOf(b) - strengthOf(a))
  const [best] = evidence as [BindingEvidence] // sound: groups are never empty
  const { kind, value } = best
  const strongest = evidence.filter((one) => strengthOf(one) === strengthOf(best))
  const isTie = strongest.some(({ agent }) => agent !== best.agent)
  const raisesTrust = !isTie && !isWeak(kind) && strengthOf(best) >= bindingProofs.indexOf('attested')
  return {
    kind,
    value,
    holder: isTie ? undefined : best.agent,
    isContested: evidence.some(({ agent }) => agent !== best.agent),
    raisesTrust,
    evidence,
  }
}
