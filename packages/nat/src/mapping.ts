/**
 * How a NAT maps one socket, from where several observers see it (RFC 4787 §4.1; the comparison is that of RFC 5780
 * §4.3). Filtering is not measured: both ends send before either must receive.
 * @module
 */
import { isSameAddress, type TransportAddress } from './transport-address.ts'

/**
 * In the terms of RFC 4787 §4.1. `none`: others see the address of this host; `unknown`: there was one observer only, so
 * nothing could be compared; `blocked`: no observer got a datagram.
 */
export const mappingKinds = [
  'blocked',
  'unknown',
  'none',
  'endpoint-independent',
  'address-dependent',
  'address-and-port-dependent',
] as const
export type MappingKind = (typeof mappingKinds)[number]

/** One datagram: where it went, and from where it came there. */
export interface Observation {
  readonly to: TransportAddress
  readonly seen: TransportAddress
}

export interface Mapping {
  readonly kind: MappingKind
  /** Where others see the socket; the first observer's if they differ. `undefined` if blocked. */
  readonly seen: TransportAddress | undefined
  /** Whether the port outside is that of the socket; `undefined` if blocked. */
  readonly preservesPort: boolean | undefined
}

/** @param local the address and port of the socket */
export function mappingOf(local: TransportAddress, observations: readonly Observation[]): Mapping {
  const [first, ...others] = observations
  if (first === undefined) return { kind: 'blocked', seen: undefined, preservesPort: undefined }
  const { seen } = first
  return { kind: kindOf(local, first, others), seen, preservesPort: seen.port === local.port }
}

function kindOf(local: TransportAddress, first: Observation, others: readonly Observation[]): MappingKind {
  const all = [first, ...others]
  if (all.every(({ seen }) => isSameAddress(seen, local))) return 'none'
  const isCompared = others.some(({ to }) => !isSameAddress(to, first.to))
  if (!isCompared) return 'unknown'
  if (all.every(({ seen }) => isSameAddress(seen, first.seen))) return 'endpoint-independent'
  // Two ports of one observer tell the last two kinds apart. Without two, the harder one is assumed.
  const ofOneHost = all.flatMap((a) =>
    all.filter((b) => a.to.host === b.to.host && a.to.port !== b.to.port).map((b) => [a, b] as const),
  )
  const dependsOnHostOnly = ofOneHost.length > 0 && ofOneHost.every(([a, b]) => isSameAddress(a.seen, b.seen))
  return dependsOnHostOnly ? 'address-dependent' : 'address-and-port-dependent'
}

/** Whether the port for a new destination cannot be known before ("symmetric" in older texts). */
export const isDependent = (kind: MappingKind): boolean =>
  kind === 'address-dependent' || kind === 'address-and-port-dependent'
