/**
 * A link as telemetry: a Link NLRI of Protocol-ID 7 (RFC 9552 §5.2, RFC 9086 §4) with the standard TLVs of its
 * bandwidth and delay (RFC 8571) and the private one of `measurement.ts`. One link per UPDATE, because all NLRI of an
 * UPDATE share the BGP-LS attribute. Rates are octets per second, as on the wire.
 * @module
 */
import { encodeLinkStateTlvs } from '../link-state/attribute.ts'
import type { LinkStateNlri } from '../link-state/nlri.ts'
import { protocolId } from '../link-state/registry.ts'
import { type LinkStateTlv, valueOf } from '../link-state/tlv.ts'
import { decodeMeasurement, encodeMeasurement, type Measurement } from './measurement.ts'
import { telemetryTlv } from './registry.ts'

/** A router: its AS, and its BGP identifier where it is known (RFC 9086 §4.1). */
export interface NodeId {
  readonly as: number
  readonly bgpIdentifier?: number
}

/** Which link, seen from `local`. Equal keys make equal octets. */
export interface LinkKey {
  /** Of the telemetry of one domain, 48 bits: several may share routers. */
  readonly instance: number
  readonly local: NodeId & { readonly bgpIdentifier: number }
  readonly remote: NodeId
  /** ifIndex of the local end. */
  readonly interface: number
  /** Of both ends, 4 octets each. */
  readonly addresses?: { readonly local: Uint8Array; readonly remote: Uint8Array }
}

export interface LinkTelemetry {
  readonly key: LinkKey
  readonly name?: string
  readonly capacity: number
  /** What went out. */
  readonly utilised: number
  /** Microseconds one way, 0..16777215. */
  readonly delay?: {
    readonly typical: number
    readonly least: number
    readonly most: number
    readonly variation: number
  }
  /** Share of packets lost, 0..1. */
  readonly loss?: number
  /** Undefined from a speaker without the telemetry capability. */
  readonly measurement?: Measurement
}

/** Of the identifier of an NLRI, the lower 16 bits say which view and page (`device.ts`); links have none. */
export const identifierOf = (instance: number, view = 0, page = 0): bigint =>
  (BigInt(instance) << 16n) | BigInt(view * 256 + page)
export const instanceOf = (identifier: bigint): number => Number(identifier >> 16n)

export const nodeTlvs = ({ as, bgpIdentifier }: NodeId): readonly LinkStateTlv[] => [
  { type: 'autonomous-system', value: as },
  ...(bgpIdentifier === undefined ? [] : [{ type: 'bgp-router-id', value: bgpIdentifier } as const]),
]

/** Undefined when the AS is missing. */
export function nodeIdOf(tlvs: readonly LinkStateTlv[]): NodeId | undefined {
  const as = valueOf(tlvs, 'autonomous-system')
  const bgpIdentifier = valueOf(tlvs, 'bgp-router-id')
  return as === undefined ? undefined : { as, ...(bgpIdentifier === undefined ? {} : { bgpIdentifier }) }
}

export function linkNlri({ instance, local, remote, interface: index, addresses }: LinkKey): LinkStateNlri {
  return {
    type: 'link',
    protocolId: protocolId.bgp,
    identifier: identifierOf(instance),
    local: nodeTlvs(local),
    remote: nodeTlvs(remote),
    link: [
      { type: 'link-identifiers', value: { local: index, remote: 0 } },
      ...(addresses === undefined
        ? []
        : ([
            { type: 'ipv4-interface-address', value: addresses.local },
            { type: 'ipv4-neighbour-address', value: addresses.remote },
          ] as const)),
    ],
  }
}

/** RFC 8571 §2.4: the unit of loss is 0.000003 %, and the field holds 24 bits. */
const lossUnit = 3e-8
const most24 = 0xff_ffff

/** The BGP-LS attribute. `standard` leaves the private TLV out. @throws {RangeError} when a value does not fit */
export function linkTlvs(link: LinkTelemetry, dialect: 'full' | 'standard' = 'full'): Uint8Array<ArrayBuffer> {
  const { capacity, utilised, delay, loss, name, measurement } = link
  const free = Math.max(0, capacity - utilised)
  const tlvs: LinkStateTlv[] = [{ type: 'maximum-link-bandwidth', value: capacity }]
  if (name !== undefined) tlvs.push({ type: 'link-name', value: name })
  if (delay !== undefined) {
    tlvs.push(
      { type: 'delay', value: { flags: 0, microseconds: delay.typical } },
      { type: 'delay-range', value: { flags: 0, least: delay.least, reserved: 0, most: delay.most } },
      { type: 'delay-variation', value: { reserved: 0, microseconds: delay.variation } },
    )
  }
  if (loss !== undefined) {
    tlvs.push({ type: 'loss', value: { flags: 0, share: Math.min(most24, Math.round(loss / lossUnit)) } })
  }
  tlvs.push(
    { type: 'residual-bandwidth', value: capacity },
    { type: 'available-bandwidth', value: free },
    { type: 'utilized-bandwidth', value: utilised },
  )
  if (measurement !== undefined && dialect === 'full') {
    tlvs.push({ type: 'unknown', code: telemetryTlv.measurement, value: encodeMeasurement(measurement) })
  }
  return encodeLinkStateTlvs(tlvs)
}

export interface LinkRead {
  /** Undefined when the NLRI is no link of this profile, or lacks what makes it one. */
  readonly link?: LinkTelemetry
  /** Private TLVs that were discarded for their form (draft §7.1). */
  readonly malformed: number
}

/** Never throws. Values come as they are: `plausible.ts` judges them. */
export function readLink(nlri: LinkStateNlri, tlvs: readonly LinkStateTlv[]): LinkRead {
  let malformed = 0
  let measurement: Measurement | undefined
  for (const tlv of tlvs) {
    if (tlv.type !== 'unknown' || tlv.code !== telemetryTlv.measurement) continue
    const read = decodeMeasurement(tlv.value)
    if (read === 'malformed') malformed++
    else if (read !== 'foreign') measurement ??= read
  }
  const key = linkKeyOf(nlri)
  const capacity = valueOf(tlvs, 'maximum-link-bandwidth')
  const utilised = valueOf(tlvs, 'utilized-bandwidth')
  if (key === undefined || capacity === undefined || utilised === undefined) return { malformed }
  const name = valueOf(tlvs, 'link-name')
  const delay = delayOf(tlvs)
  const loss = valueOf(tlvs, 'loss')?.share
  const link = {
    key,
    capacity,
    utilised,
    ...(name === undefined ? {} : { name }),
    ...(delay === undefined ? {} : { delay }),
    ...(loss === undefined ? {} : { loss: loss * lossUnit }),
    ...(measurement === undefined ? {} : { measurement }),
  }
  return { link, malformed }
}

const keys = new WeakMap<LinkStateNlri, LinkKey>()

/** Undefined when the NLRI is no link of this profile. The same NLRI again costs no more than a look. */
export function linkKeyOf(nlri: LinkStateNlri): LinkKey | undefined {
  const known = keys.get(nlri)
  if (known !== undefined) return known
  const made = readLinkKey(nlri)
  if (made !== undefined) keys.set(nlri, made)
  return made
}

function readLinkKey(nlri: LinkStateNlri): LinkKey | undefined {
  if (nlri.type !== 'link' || nlri.protocolId !== protocolId.bgp) return undefined
  const [local, remote] = [nodeIdOf(nlri.local), nodeIdOf(nlri.remote)]
  const index = valueOf(nlri.link, 'link-identifiers')?.local
  if (local?.bgpIdentifier === undefined || remote === undefined || index === undefined) return undefined
  const [here, there] = [valueOf(nlri.link, 'ipv4-interface-address'), valueOf(nlri.link, 'ipv4-neighbour-address')]
  return {
    instance: instanceOf(nlri.identifier),
    local: { as: local.as, bgpIdentifier: local.bgpIdentifier },
    remote,
    interface: index,
    ...(here === undefined || there === undefined ? {} : { addresses: { local: here, remote: there } }),
  }
}

function delayOf(tlvs: readonly LinkStateTlv[]): LinkTelemetry['delay'] {
  const typical = valueOf(tlvs, 'delay')?.microseconds
  if (typical === undefined) return undefined
  const range = valueOf(tlvs, 'delay-range')
  const variation = valueOf(tlvs, 'delay-variation')?.microseconds ?? 0
  return { typical, least: range?.least ?? typical, most: range?.most ?? typical, variation }
}
