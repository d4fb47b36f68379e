/**
 * The source text of a decoder: a loop over the records, with straight-line reads at constant offsets and writes into
 * columns. It is generated only from the numbers of a layout.
 * @module
 */
import { type Layout, type Place, variableLength } from '../layout.ts'
import type { Role } from '../registry.ts'
import { addressWord, at, high, low } from './fields.ts'
import { rateLines } from './rates.ts'
import { timeLines } from './times.ts'

type Places = ReadonlyMap<Role, Place>

/** The body of `(v, at, end, b, row, limit, x) => row`, see `Decode`. */
export function decoderSource(layout: Layout): string {
  return [
    'const{srcAddr,dstAddr,start,end:endOf,octets,packets,samplingRate,srcAs,dstAs,inIf,outIf,exporter,srcPort,dstPort,' +
      'version,protocol,tcpFlags,tos,direction}=b;',
    'const xe=x.exporter,xt=x.exportMs,xr=x.rate,xi=x.isByInterface;let up=x.uptimeMs,n=0,p0=at;',
    'x.brokenAt=-1;',
    `while(p0+${layout.minLength}<=end&&row<limit){`,
    ...partLines(layout),
    ...valueLines(layout),
    ...storeLines(forward),
    ...frameLines(layout.places),
    'row++;',
    ...reverseLines(layout.places),
    `n++;p0=${nextRecord(layout)};`,
    '}',
    'x.at=p0;x.records=n;return row;',
  ].join('\n')
}

/** Code for the start of each part: it reads the length of the variable-length field that precedes the part. */
function partLines({ parts }: Layout): readonly string[] {
  const lines: string[] = []
  for (let part = 1; part < parts.length; part++) {
    const before = part - 1
    const rest = parts.slice(part).reduce((sum, octets) => sum + octets, 0) + parts.length - 1 - part
    lines.push(
      `let p${part}=p${before}+${parts[before]};`,
      `let l${part}=v.getUint8(p${part}++);`,
      `if(l${part}===255){if(p${part}+2>end){x.brokenAt=p${part};break;}l${part}=v.getUint16(p${part});p${part}+=2;}`,
      `if(p${part}+l${part}+${rest}>end){x.brokenAt=p${part};break;}`,
      `p${part}+=l${part};`,
    )
  }
  return lines
}

const nextRecord = ({ parts }: Layout): string => `p${parts.length - 1}+${parts.at(-1)}`

function valueLines(layout: Layout): readonly string[] {
  const { places } = layout
  const number = (role: Role): string => {
    const place = places.get(role)
    return place ? low(place) : '0'
  }
  return [
    ...addressLines(places),
    `const pr=${number('protocol')};`,
    `const fl=${flags(places, ['tcpFlags', 'initialTcpFlags', 'unionTcpFlags'])};`,
    `const sp=${number('srcPort')},dp=${dstPort(places)};`,
    `const ii=${number('inIf')},oi=${number('outIf')},sa=${number('srcAs')},da=${number('dstAs')};`,
    `const to=${number('tos')},di=${places.has('direction') ? number('direction') : '255'};`,
    ...counterLines(places, 'o', 'octets', 'postOctets'),
    ...counterLines(places, 'k', 'packets', 'postPackets'),
    ...timeLines(layout),
    'const sl=ts>>>0,sh=ts/4294967296>>>0,el=te>>>0,eh=te/4294967296>>>0;',
    ...rateLines(layout),
  ]
}

const flags = (places: Places, roles: readonly Role[]): string => {
  const read = roles.flatMap((role) => places.get(role) ?? []).map(low)
  return read.length === 0 ? '0' : `(${read.join('|')})&255`
}

/** Code for a counter: the one before the exporter's processing, or the post counter if that is zero or missing. */
function counterLines(places: Places, name: string, role: Role, postRole: Role): readonly string[] {
  const place = places.get(role) ?? places.get(postRole)
  const post = places.get(postRole)
  if (!place) return [`const ${name}l=${role === 'packets' && places.has('frame') ? '1' : '0'},${name}h=0;`]
  if (!post || post === place) return [`const ${name}l=${low(place)},${name}h=${high(place)};`]
  return [
    `let ${name}l=${low(place)},${name}h=${high(place)};`,
    `if((${name}l|${name}h)===0){${name}l=${low(post)};${name}h=${high(post)};}`,
  ]
}

function addressLines(places: Places): readonly string[] {
  const has4 = places.has('srcAddr4') || places.has('dstAddr4')
  const has6 = places.has('srcAddr6') || places.has('dstAddr6')
  const six = (name: 's' | 'd', role: Role): string => {
    const place = places.get(role)
    return [0, 1, 2, 3].map((word) => `${name}${word}=${place ? addressWord(place, word) : '0'}`).join(',')
  }
  const four = (role: Role): string => {
    const place = places.get(role)
    return place ? low(place) : '0'
  }
  const version = places.get('version')
  if (!has6) {
    const mapped = has4 ? '65535' : '0'
    const ve = has4 ? '4' : version ? low(version) : '0'
    return [
      `const s0=${four('srcAddr4')},s1=${mapped},s2=0,s3=0,d0=${four('dstAddr4')},d1=${mapped},d2=0,d3=0;`,
      `const ve=${ve};`,
    ]
  }
  if (!has4) return [`const ${six('s', 'srcAddr6')},${six('d', 'dstAddr6')};`, `const ve=${areMapped}?4:6;`]
  // If a template has both kinds, the version field decides; without it, the nonzero one applies.
  const isFour = version ? `${low(version)}===4` : '(s0|s1|s2|s3|d0|d1|d2|d3)===0'
  return [
    `let ${six('s', 'srcAddr6')},${six('d', 'dstAddr6')};let ve=${areMapped}?4:6;`,
    `if(${isFour}){s0=${four('srcAddr4')};d0=${four('dstAddr4')};s1=d1=65535;s2=s3=d2=d3=0;ve=4;}`,
  ]
}

/** Some exporters write IPv4 addresses into elements 27 and 28 as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2). */
const areMapped = '(s1===65535&&d1===65535&&(s2|s3|d2|d3)===0)'

/** ICMP has no ports. `dstPort` holds type × 256 + code if the exporter states them (elements 32, 139 or 176..179). */
function dstPort(places: Places): string {
  const port = places.get('dstPort')
  const both = (version: 4 | 6): string | undefined => {
    const typeCode = places.get(`icmpTypeCode${version}`)
    if (typeCode) return low(typeCode)
    const type = places.get(`icmpType${version}`)
    const code = places.get(`icmpCode${version}`)
    return type && `(${low(type)}<<8|${code ? low(code) : '0'})`
  }
  const icmp4 = both(4)
  const icmp6 = both(6)
  const plain = port ? low(port) : '0'
  if (!icmp4 && !icmp6) return plain
  return `(pr===1?${icmp4 ?? '0'}:pr===58?${icmp6 ?? icmp4}:0)||${plain}`
}

const forward = {
  src: 's',
  dst: 'd',
  srcPort: 'sp',
  dstPort: 'dp',
  inIf: 'ii',
  outIf: 'oi',
  srcAs: 'sa',
  dstAs: 'da',
  direction: 'di',
}
const backward = {
  src: 'd',
  dst: 's',
  srcPort: 'dp',
  dstPort: 'sp',
  inIf: 'oi',
  outIf: 'ii',
  srcAs: 'da',
  dstAs: 'sa',
  direction: 'di>1?di:1-di',
}

function storeLines(
  way: typeof forward,
  counters = ['ol', 'oh', 'kl', 'kh'],
  flag = 'fl',
  tos = 'to',
): readonly string[] {
  const address = (column: string, name: string): string =>
    [0, 1, 2, 3].map((word) => `${column}[a${word === 0 ? '' : `+${word}`}]=${name}${word};`).join('')
  return [
    `{const a=row*4,c=row*2;${address('srcAddr', way.src)}${address('dstAddr', way.dst)}`,
    'start[c]=sl;start[c+1]=sh;endOf[c]=el;endOf[c+1]=eh;',
    `octets[c]=${counters[0]};octets[c+1]=${counters[1]};packets[c]=${counters[2]};packets[c+1]=${counters[3]};`,
    `samplingRate[row]=rt;srcAs[row]=${way.srcAs};dstAs[row]=${way.dstAs};inIf[row]=${way.inIf};outIf[row]=${way.outIf};`,
    `exporter[row]=xe;srcPort[row]=${way.srcPort};dstPort[row]=${way.dstPort};`,
    `version[row]=ve;protocol[row]=pr;tcpFlags[row]=${flag};tos[row]=${tos};direction[row]=${way.direction};}`,
  ]
}

/** Code for the reverse direction of a biflow (RFC 5103): a separate row, unless its counters are zero. */
function reverseLines(places: Places): readonly string[] {
  const octets = places.get('reverseOctets')
  const packets = places.get('reversePackets')
  if (!octets && !packets) return []
  const flag = flags(places, ['reverseTcpFlags', 'reverseInitialTcpFlags', 'reverseUnionTcpFlags'])
  const tos = places.get('reverseTos')
  const counters = [octets && low(octets), octets && high(octets), packets && low(packets), packets && high(packets)]
  return [
    `const rol=${counters[0] ?? '0'},roh=${counters[1] ?? '0'},rkl=${counters[2] ?? '0'},rkh=${counters[3] ?? '0'};`,
    'if((rol|roh|rkl|rkh)!==0){',
    ...storeLines(backward, ['rol', 'roh', 'rkl', 'rkh'], flag, tos ? low(tos) : 'to'),
    'row++;}',
  ]
}

/** Code for element 315: the first octets of the packet supply the columns that a record without addresses lacks. */
function frameLines(places: Places): readonly string[] {
  const frame = places.get('frame')
  if (!frame || places.has('srcAddr4') || places.has('srcAddr6')) return []
  if (frame.length !== variableLength) return [`x.frame(v,${at(frame)},${at(frame, frame.length)},b,row);`]
  const next = frame.part + 1
  return [`x.frame(v,p${next}-l${next},p${next},b,row);`]
}
