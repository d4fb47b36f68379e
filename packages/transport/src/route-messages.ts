/**
 * RTM_NEWROUTE messages of a dump (rtnetlink(7), RFC 3549 §3.1.2) to the interfaces of default routes.
 *
 *   nlmsghdr    length 4   type 2   flags 2   sequence 4   port 4                     then a body, padded to 4
 *   rtmsg       family 1   destination length 1   source length 1   TOS 1
 *               table 1   protocol 1   scope 1   type 1   flags 4                     then attributes
 *   rtattr      length 2   type 2                                                     then a value, padded to 4
 *   rtnexthop   length 2   flags 1   hops 1   interface 4                             then attributes, padded to 4
 *
 * Numbers are in the machine's own order, little-endian where Vagus runs.
 * @module
 */
const headerOctets = 16
const routeOctets = 12
const nextHopOctets = 8
const messageType = { error: 2, newRoute: 24 } as const
const mainTable = 254
/** RTN_UNICAST: not an unreachable or prohibited destination. */
const unicast = 1
const attribute = { interface: 4, multipath: 9 } as const
/** RTNH_F_DEAD: the link of this next hop is down. */
const dead = 0x1

/**
 * Indices of the interfaces of every next hop of the default routes in the main table, as far as `datagram` has them;
 * `undefined` if it begins with an error. Cut messages are skipped.
 */
export function interfacesInDump(datagram: Uint8Array): readonly number[] | undefined {
  const indices: number[] = []
  for (const [type, body] of parts(datagram, headerOctets, 4)) {
    if (type === messageType.error) return undefined
    if (type === messageType.newRoute) indices.push(...interfacesOfRoute(body))
  }
  return indices
}

function interfacesOfRoute(body: Uint8Array): readonly number[] {
  if (body.length < routeOctets) return []
  const [, destinationLength, , , table, , , type] = body
  if (destinationLength !== 0 || table !== mainTable || type !== unicast) return []
  return [...parts(body.subarray(routeOctets), 4, 2)].flatMap(([kind, value]) => {
    if (kind === attribute.interface && value.length === 4) return [viewOf(value).getInt32(0, true)]
    return kind === attribute.multipath ? interfacesOfNextHops(value) : []
  })
}

function interfacesOfNextHops(value: Uint8Array): readonly number[] {
  const indices: number[] = []
  const view = viewOf(value)
  for (let at = 0; at + nextHopOctets <= value.length;) {
    const length = view.getUint16(at, true)
    if (length < nextHopOctets) break
    if ((view.getUint8(at + 2) & dead) === 0) indices.push(view.getInt32(at + 4, true))
    at += aligned(length)
  }
  return indices
}

/** Messages or attributes: both begin with their length, of `lengthOctets`, then a type of 2. A wrong length ends them. */
function* parts(octets: Uint8Array, header: number, lengthOctets: 2 | 4): Generator<readonly [number, Uint8Array]> {
  const view = viewOf(octets)
  for (let at = 0; at + header <= octets.length;) {
    const length = lengthOctets === 4 ? view.getUint32(at, true) : view.getUint16(at, true)
    if (length < header || at + length > octets.length) return
    yield [view.getUint16(at + lengthOctets, true), octets.subarray(at + header, at + length)]
    at += aligned(length)
  }
}

const viewOf = (octets: Uint8Array): DataView => new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
const aligned = (length: number): number => (length + 3) & ~3
