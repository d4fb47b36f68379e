/**
 * Capabilities that a speaker offers in its OPEN (RFC 5492 §4).
 *
 *   octets  1     1       n
 *           code  length  value
 *
 * Those without a value tolerate octets in it, as the field does; every other must have exactly its form. What is not
 * in the table is kept byte for byte.
 * @module
 */
import { type Codec, counted, list, type Reader, rest, struct, uint16, uint32, uint8, type Writer } from '@vagus/wire'
import type { Family } from '../family.ts'
import { capabilityCode } from '../registry.ts'

/**
 * `flags` of the capability are 4 bits, `restartTime` is 0..4095 seconds; flags of a family are 8 bits (RFC 4724 §3).
 */
export interface GracefulRestart {
  readonly flags: number
  readonly restartTime: number
  readonly families: readonly (Family & { readonly flags: number })[]
}

interface Contents {
  readonly multiprotocol: Family
  readonly 'route-refresh': unknown
  readonly 'extended-message': unknown
  readonly role: { readonly role: number }
  readonly 'graceful-restart': GracefulRestart
  readonly 'four-octet-as': { readonly as: number }
  readonly 'add-path': { readonly families: readonly (Family & { readonly mode: number })[] }
  readonly 'enhanced-route-refresh': unknown
}

type Known = { [Type in keyof Contents]: { readonly type: Type } & Contents[Type] }[keyof Contents]
type Unknown = { readonly type: 'unknown'; readonly code: number; readonly value: Uint8Array }
export type Capability = Known | Unknown

const multiprotocol: Codec<Family> = {
  read(r) {
    const family = r.uint16()
    r.skip(1)
    return { afi: family, safi: r.uint8() }
  },
  write(w, value) {
    w.uint16(value.afi)
    w.uint8(0)
    w.uint8(value.safi)
  },
}

const flag: Codec<unknown> = {
  read(r) {
    r.skip(r.left)
    return {}
  },
  write() {},
}

const gracefulRestart: Codec<GracefulRestart> = {
  read(r) {
    const head = r.uint16()
    return { flags: head >> 12, restartTime: head & 0xfff, families: restartFamilies.read(r) }
  },
  write(w, value) {
    w.uint16(value.flags * 4096 + value.restartTime)
    restartFamilies.write(w, value.families)
  },
}
const restartFamilies = list(struct({ afi: uint16, safi: uint8, flags: uint8 }))
const pathFamilies = list(struct({ afi: uint16, safi: uint8, mode: uint8 }))

const table: { readonly [Type in keyof Contents]: { readonly code: number; readonly codec: Codec<Contents[Type]> } } = {
  multiprotocol: { code: capabilityCode.multiprotocol, codec: multiprotocol },
  'route-refresh': { code: capabilityCode.routeRefresh, codec: flag },
  'extended-message': { code: capabilityCode.extendedMessage, codec: flag },
  role: { code: capabilityCode.role, codec: struct({ role: uint8 }) },
  'graceful-restart': { code: capabilityCode.gracefulRestart, codec: gracefulRestart },
  'four-octet-as': { code: capabilityCode.fourOctetAs, codec: struct({ as: uint32 }) },
  'add-path': { code: capabilityCode.addPath, codec: struct({ families: pathFamilies }) },
  'enhanced-route-refresh': { code: capabilityCode.enhancedRouteRefresh, codec: flag },
}
const typeOf = new Map(Object.entries(table).map(([type, { code }]) => [code, type as keyof Contents]))
const value = counted(1, rest)

/** @throws {DecodeError} when the length overruns, or the value of a known capability has not its form */
function readCapability(r: Reader): Capability {
  const code = r.uint8()
  const type = typeOf.get(code)
  if (type === undefined) return { type: 'unknown', code, value: value.read(r).slice() }
  const contents = counted<unknown>(1, table[type].codec).read(r)
  return { type, ...(contents as object) } as Known // sound: the table pairs each type with its contents
}

function writeCapability(w: Writer, capability: Capability): void {
  if (capability.type === 'unknown') {
    w.uint8(capability.code)
    value.write(w, capability.value)
    return
  }
  const { code, codec } = table[capability.type]
  w.uint8(code)
  w.counted(1, () => (codec as Codec<unknown>).write(w, capability))
}

export const capability: Codec<Capability> = { read: readCapability, write: writeCapability }
