/**
 * Rules that lead packets into paths, changed by the kernel's own messages (rtnetlink(7), linux/fib_rules.h): within
 * microseconds, while a process of `ip` takes milliseconds, and longer where the machine is busy.
 * @module
 */
import { parsePrefix } from '@vagus/address'
import { attributeOf } from './netlink-message.ts'
import { type NetlinkChange, netlinkChanges } from './netlink-request.ts'
import type { SegmentMarks, SegmentRule } from './segment-routes.ts'

const message = { add: 32, remove: 33 } as const
const attribute = { to: 1, from: 2, interface: 3, priority: 6, table: 15, protocol: 21 } as const
/** AF_INET, AF_INET6. */
const family = { 4: 2, 6: 10 } as const
const lookUpTable = 1

/** First all of `add` are there, then none of `remove` is. @throws {UnavailableError} with the errno of the first that fails */
export function changeSegmentRules(
  { add, remove }: { readonly add: readonly SegmentRule[]; readonly remove: readonly SegmentRule[] },
  marks: SegmentMarks,
): void {
  const changeOf = (what: 'add' | 'remove') => (rule: SegmentRule) => ({
    what,
    type: message[what],
    body: ruleBody(rule, marks),
  })
  netlinkChanges([...add.map(changeOf('add')), ...remove.map(changeOf('remove'))] satisfies NetlinkChange[])
}

/** `fib_rule_hdr` and attributes. */
function ruleBody(rule: SegmentRule, { priority, protocol }: SegmentMarks): Uint8Array {
  const { version, octets, length } = parsePrefix(rule.type === 'from' ? rule.from : rule.to)
  const head = new Uint8Array(12)
  head[0] = family[version]
  head[rule.type === 'from' ? 2 : 1] = length
  head[7] = lookUpTable
  const address = version === 4 ? octets.subarray(12) : octets
  const parts = [
    head,
    attributeOf(rule.type === 'from' ? attribute.from : attribute.to, address),
    ...(rule.type === 'from'
      ? [attributeOf(attribute.interface, new TextEncoder().encode(`${rule.interface}\0`))]
      : []),
    attributeOf(attribute.priority, uint32(priority)),
    attributeOf(attribute.table, uint32(rule.table)),
    attributeOf(attribute.protocol, Uint8Array.of(protocol)),
  ]
  return Buffer.concat(parts)
}

function uint32(value: number): Uint8Array {
  const octets = new Uint8Array(4)
  new DataView(octets.buffer).setUint32(0, value, true)
  return octets
}
