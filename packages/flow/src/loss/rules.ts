/**
 * Counting rules of exporters. By specification, the sequence number of a message is the number of data records sent
 * before it (RFC 7011 §3.1), of flows seen before it (NetFlow v5), or of datagrams sent (RFC 3954 §5.1, sFlow).
 * Exporters differ:
 *
 *   pmacctd, IPFIX       data and options records before the message: the RFC's rule
 *   softflowd, IPFIX     data records only, up to and including the message
 *   Open vSwitch, IPFIX  records before the message, from 1, one counter for all observation domains
 *   Open vSwitch, v5     the index of the last flow: like "including", but with another start
 *
 * A rule states what a message adds to the count, and whether the number is the count before or after that.
 * @module
 */
import type { FlowProtocol } from '../protocol.ts'

export interface CountingRule {
  readonly name: string
  readonly unit: 'records' | 'datagrams'
  /** What is counted: data records, options data records, template records. */
  readonly counts: readonly [records: 0 | 1, options: 0 | 1, templates: 0 | 1]
  readonly phase: 'before' | 'including'
}

const records = { name: 'records', unit: 'records', counts: [1, 0, 0] } as const
const withOptions = { name: 'records and options records', unit: 'records', counts: [1, 1, 0] } as const
const withTemplates = { name: 'records, options records and templates', unit: 'records', counts: [1, 1, 1] } as const

const before = (rule: Omit<CountingRule, 'phase'>): CountingRule => ({
  ...rule,
  name: `${rule.name} before the message`,
  phase: 'before',
})
const including = (rule: Omit<CountingRule, 'phase'>): CountingRule => ({
  ...rule,
  name: `${rule.name} including the message`,
  phase: 'including',
})
const datagrams: CountingRule = { name: 'datagrams', unit: 'datagrams', counts: [0, 0, 0], phase: 'before' }

/** The rules tried for each protocol. The first is the specified one, and applies until another fits better. */
export const rulesOf: Record<FlowProtocol, readonly CountingRule[]> = {
  netflow5: [before(records), including(records), datagrams],
  netflow9: [datagrams, before(withOptions), including(withOptions), before(records), including(records)],
  ipfix: [
    before(withOptions),
    before(records),
    including(withOptions),
    including(records),
    before(withTemplates),
    including(withTemplates),
    datagrams,
  ],
  sflow5: [datagrams],
}
