/**
 * A device as telemetry: Node NLRI (RFC 9552 §5.2) for itself and for each page of its views. A page has an NLRI of its
 * own, told by the identifier's lower 16 bits, because a BGP route is replaced as a whole: with one NLRI the second
 * page would take the place of the first (draft §5.1).
 * @module
 */
import { encodeLinkStateTlvs } from '../link-state/attribute.ts'
import type { LinkStateNlri } from '../link-state/nlri.ts'
import { protocolId } from '../link-state/registry.ts'
import { type LinkStateTlv, valueOf } from '../link-state/tlv.ts'
import { identifierOf, instanceOf, type NodeId, nodeIdOf, nodeTlvs } from './link.ts'
import { telemetryTlv, viewCode, type ViewKind } from './registry.ts'
import { decodeViewPage, type ReceivedPage, type ViewPage } from './view.ts'

export interface DeviceKey {
  readonly instance: number
  readonly local: NodeId & { readonly bgpIdentifier: number }
}

const nodeNlri = ({ instance, local }: DeviceKey, view: number, page: number): LinkStateNlri => ({
  type: 'node',
  protocolId: protocolId.bgp,
  identifier: identifierOf(instance, view, page),
  local: nodeTlvs(local),
})

/** The NLRI of the device itself: who it is, without a view. */
export const deviceNlri = (key: DeviceKey): LinkStateNlri => nodeNlri(key, 0, 0)
export const deviceTlvs = (name: string): Uint8Array<ArrayBuffer> =>
  encodeLinkStateTlvs([{ type: 'node-name', value: name }])

export const viewNlri = (key: DeviceKey, kind: ViewKind, page: number): LinkStateNlri =>
  nodeNlri(key, viewCode[kind], page)
/** `page` is a value of `encodeView`. */
export const viewTlvs = (page: Uint8Array): Uint8Array<ArrayBuffer> =>
  encodeLinkStateTlvs([{ type: 'unknown', code: telemetryTlv.view, value: page }])

export interface DeviceRead {
  readonly device?: DeviceKey
  readonly name?: string
  readonly page?: ReceivedPage
  readonly malformed: number
}

type PlacedKey = DeviceKey & { readonly place: number }
const keys = new WeakMap<LinkStateNlri, PlacedKey>()

/**
 * Which device, and which place among its NLRI: 0 is the device itself. Undefined when it is none of this profile. The
 * same NLRI again costs no more than a look.
 */
export function deviceKeyOf(nlri: LinkStateNlri): PlacedKey | undefined {
  const known = keys.get(nlri)
  if (known !== undefined) return known
  const made = readDeviceKey(nlri)
  if (made !== undefined) keys.set(nlri, made)
  return made
}

function readDeviceKey(nlri: LinkStateNlri): PlacedKey | undefined {
  if (nlri.type !== 'node' || nlri.protocolId !== protocolId.bgp) return undefined
  const local = nodeIdOf(nlri.local)
  if (local?.bgpIdentifier === undefined) return undefined
  return {
    instance: instanceOf(nlri.identifier),
    local: { as: local.as, bgpIdentifier: local.bgpIdentifier },
    place: Number(BigInt.asUintN(16, nlri.identifier)),
  }
}

/** Never throws. */
export function readDevice(nlri: LinkStateNlri, tlvs: readonly LinkStateTlv[]): DeviceRead {
  const key = deviceKeyOf(nlri)
  if (key === undefined) return { malformed: 0 }
  let malformed = 0
  let page: ReceivedPage | undefined
  for (const tlv of tlvs) {
    if (tlv.type !== 'unknown' || tlv.code !== telemetryTlv.view) continue
    const read = decodeViewPage(tlv.value)
    if (read === 'foreign') continue
    // A page under the NLRI of another would never be withdrawn with it.
    if (read === 'malformed' || key.place !== placeOf(read)) malformed++
    else page ??= read
  }
  const name = valueOf(tlvs, 'node-name')
  const device = { instance: key.instance, local: key.local }
  return { device, malformed, ...(name === undefined ? {} : { name }), ...(page === undefined ? {} : { page }) }
}

/** The lower 16 bits of the identifier of a page's NLRI. */
export const placeOf = ({ kind, page }: Pick<ViewPage, 'kind' | 'page'>): number => viewCode[kind] * 256 + page
