/**
 * Flow samples of sFlow version 5: each sampled packet becomes a row (sFlow version 5, `flow_sample`,
 * `flow_sample_expanded`).
 *
 *   octets  4         4|8     4     4     4      4|8    4|8     4        n
 *           sequence  source  rate  pool  drops  input  output  records  records
 *
 * `octets` is the length of the IP packet, as in all other protocols, or of the frame if the packet is not IP. The
 * times are the arrival time of the sample, as the format has none.
 * @module
 */
import type { Reader } from '@vagus/wire'
import type { FlowBlock } from '../columns.ts'
import { flowRecordFormat, headerProtocol } from './formats.ts'
import { fillFromEthernet, fillFromIpv4, fillFromIpv6, fillFromMpls } from './packet-header.ts'

export interface FlowSampleContext {
  readonly exporter: number
  readonly now: number
  readonly view: DataView
}

/** Higher numbers are no interface: 0x3fffffff is the device itself; others mean "discarded" or "multiple". */
const maxInterface = 0x3fff_fffe
/** The upper eight bits are the type; a type other than 0 is no interface. */
const maxCompactSource = 0xff_ffff
/** flowDirection, RFC 5102 §5.11.9. */
const direction = { ingress: 0, egress: 1, unknown: 255 } as const

/** Fills `row` from the sample in `r`. @throws {DecodeError} */
export function readFlowSample(
  r: Reader,
  size: 'compact' | 'expanded',
  block: FlowBlock,
  row: number,
  context: FlowSampleContext,
): void {
  r.skip(4) // sequence
  const source = readSource(r, size)
  const rate = r.uint32()
  r.skip(8) // pool and drops
  const input = readInterface(r, size)
  const output = readInterface(r, size)
  clearRow(block, row, context)
  block.samplingRate[row] = rate
  block.inIf[row] = input
  block.outIf[row] = output
  block.direction[row] = directionOf(source, input, output)
  const records = r.uint32()
  for (let index = 0; index < records && r.left > 0; index++) {
    const format = r.uint32()
    const length = r.uint32()
    readFlowRecord(r.sub(length), format, block, row, context.view)
    r.skip(Math.min(r.left, -length & 3)) // padding to a multiple of four (RFC 4506 §4.10)
  }
}

/**
 * The SNMP index of the sampling interface, or 0 if the source is no interface. In the compact format, the upper eight
 * bits are the type (0 is an index).
 */
function readSource(r: Reader, size: 'compact' | 'expanded'): number {
  const type = size === 'expanded' ? r.uint32() : 0
  const index = r.uint32()
  return type === 0 && index <= (size === 'expanded' ? maxInterface : maxCompactSource) ? index : 0
}

/** The direction of the sample. Agents that sample both directions sample a packet at ingress and again at egress. */
function directionOf(source: number, input: number, output: number): number {
  if (source === 0) return direction.unknown
  if (source === input) return direction.ingress
  return source === output ? direction.egress : direction.unknown
}

/** The SNMP index, or 0 if there is none. In the compact format, the upper two bits are the format (0 is an index). */
function readInterface(r: Reader, size: 'compact' | 'expanded'): number {
  const format = size === 'expanded' ? r.uint32() : 0
  const value = r.uint32()
  return format === 0 && value <= maxInterface ? value : 0
}

function clearRow(block: FlowBlock, row: number, { exporter, now }: FlowSampleContext): void {
  const low = now >>> 0
  const high = Math.floor(now / 0x1_0000_0000)
  block.srcAddr.fill(0, row * 4, row * 4 + 4)
  block.dstAddr.fill(0, row * 4, row * 4 + 4)
  block.start[row * 2] = block.end[row * 2] = low
  block.start[row * 2 + 1] = block.end[row * 2 + 1] = high
  block.octets[row * 2] = block.octets[row * 2 + 1] = 0
  block.packets[row * 2] = 1
  block.packets[row * 2 + 1] = 0
  block.srcAs[row] = block.dstAs[row] = 0
  block.exporter[row] = exporter
  block.srcPort[row] = block.dstPort[row] = 0
  block.version[row] = block.protocol[row] = block.tcpFlags[row] = block.tos[row] = 0
  block.direction[row] = direction.unknown
}

function readFlowRecord(r: Reader, format: number, block: FlowBlock, row: number, view: DataView): void {
  if (format === flowRecordFormat.sampledHeader) readSampledHeader(r, block, row, view)
  else if (format === flowRecordFormat.sampledEthernet) {
    if (block.octets[row * 2] === 0) block.octets[row * 2] = r.uint32()
  } else if (format === flowRecordFormat.sampledIpv4) readSampledIp(r, 4, block, row)
  else if (format === flowRecordFormat.sampledIpv6) readSampledIp(r, 6, block, row)
  else if (format === flowRecordFormat.extendedGateway) readGateway(r, block, row)
}

/** header_protocol 4, frame_length 4, stripped 4, header: length 4 and octets. */
function readSampledHeader(r: Reader, block: FlowBlock, row: number, view: DataView): void {
  const protocol = r.uint32()
  const frameOctets = r.uint32()
  r.skip(4)
  const header = r.sub(r.uint32())
  const packetOctets = fillFromHeader(protocol, view, header, block, row)
  // The sender of the packet wrote its length, which may be false: it must be less than the frame that the agent saw.
  const isPlausible = packetOctets > 0 && (packetOctets < frameOctets || frameOctets === 0)
  block.octets[row * 2] = isPlausible ? packetOctets : frameOctets
}

function fillFromHeader(protocol: number, view: DataView, r: Reader, block: FlowBlock, row: number): number {
  const at = r.offset
  const end = at + r.left
  if (protocol === headerProtocol.ethernet) return fillFromEthernet(view, at, end, block, row)
  if (protocol === headerProtocol.ipv4) return fillFromIpv4(view, at, end, block, row)
  if (protocol === headerProtocol.mpls) return fillFromMpls(view, at, end, block, row)
  return protocol === headerProtocol.ipv6 ? fillFromIpv6(view, at, end, block, row) : 0
}

/** length 4, protocol 4, source, destination, source port 4, destination port 4, TCP flags 4, TOS or priority 4. */
function readSampledIp(r: Reader, version: 4 | 6, block: FlowBlock, row: number): void {
  block.octets[row * 2] = r.uint32() || block.octets[row * 2]!
  block.version[row] = version
  block.protocol[row] = r.uint32()
  for (const address of [block.srcAddr, block.dstAddr]) {
    const words = row * 4
    if (version === 4) {
      address[words] = r.uint32()
      address[words + 1] = 0xffff
    } else {
      for (let word = 3; word >= 0; word--) address[words + word] = r.uint32()
    }
  }
  block.srcPort[row] = r.uint32()
  block.dstPort[row] = r.uint32()
  block.tcpFlags[row] = r.uint32()
  block.tos[row] = r.uint32()
}

/** next hop, own AS, source AS, source peer AS, path segments to the destination, then fields that are not used. */
function readGateway(r: Reader, block: FlowBlock, row: number): void {
  const type = r.uint32()
  r.skip(type === 1 ? 4 : type === 2 ? 16 : 0)
  const ownAs = r.uint32()
  const srcAs = r.uint32()
  r.skip(4)
  let dstAs = 0
  const segments = r.uint32()
  for (let index = 0; index < segments && r.left > 0; index++) {
    r.skip(4) // set or sequence
    const length = r.uint32()
    if (length === 0) continue
    r.skip((length - 1) * 4)
    dstAs = r.uint32()
  }
  // 0 means the exporter's own AS, for source and destination.
  block.srcAs[row] = srcAs || ownAs
  block.dstAs[row] = dstAs || ownAs
}
