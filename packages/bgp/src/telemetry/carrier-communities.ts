/**
 * Carrier C: the least that is worth knowing, as large communities (RFC 8092), which every router passes on (draft
 * §4.4).
 *
 *   AS : 0x7a00 << 16                : seconds since 1970
 *   AS : 0x7a01 << 16 | interface    : congested, 2 bits, then thousandths of use out and in, 15 bits each
 *
 * @module
 */
import type { LargeCommunity } from '../update/path-attributes.ts'
import type { Measurement } from './measurement.ts'
import { telemetryFunction } from './registry.ts'

export interface CoarseLink {
  /** ifIndex, 0..65535. */
  readonly interface: number
  readonly congested: Measurement['congested']
  /** Thousandths of the capacity, 0..32767. */
  readonly out: number
  readonly in: number
}

export interface CoarseTelemetry {
  /** Seconds since 1970, 32 bits. */
  readonly epoch: number
  readonly links: readonly CoarseLink[]
}

/** 12 octets each: with more, an UPDATE of 4096 octets is full. Links beyond are left out, so the heaviest go first. */
const maxCoarseLinks = 256
const congestion = ['no', 'out', 'in', 'both'] as const
const most = 0x7fff

export function encodeCoarse(as: number, { epoch, links }: CoarseTelemetry): readonly LargeCommunity[] {
  const share = (value: number): number => Math.min(most, Math.max(0, Math.round(value)))
  return [
    { globalAdministrator: as, localData1: telemetryFunction.epoch * 65536, localData2: epoch >>> 0 },
    ...links.slice(0, maxCoarseLinks).map((link) => ({
      globalAdministrator: as,
      localData1: telemetryFunction.utilisation * 65536 + (link.interface & 0xffff),
      localData2: congestion.indexOf(link.congested) * 2 ** 30 + share(link.out) * 2 ** 15 + share(link.in),
    })),
  ]
}

/** Undefined without an epoch of this AS: then the communities mean something else. */
export function decodeCoarse(as: number, communities: readonly LargeCommunity[]): CoarseTelemetry | undefined {
  const ours = communities.filter(({ globalAdministrator }) => globalAdministrator === as)
  const functionOf = ({ localData1 }: LargeCommunity): number => localData1 >>> 16
  const epoch = ours.find((one) => functionOf(one) === telemetryFunction.epoch)?.localData2
  if (epoch === undefined) return undefined
  const links = ours
    .filter((one) => functionOf(one) === telemetryFunction.utilisation)
    .slice(0, maxCoarseLinks)
    .map(({ localData1, localData2 }) => ({
      interface: localData1 & 0xffff,
      congested: congestion[localData2 >>> 30]!,
      out: (localData2 >>> 15) & most,
      in: localData2 & most,
    }))
  return { epoch, links }
}
