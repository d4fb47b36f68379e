/** The export protocols that the collector supports, each on any port. @module */

export const flowProtocols = ['netflow5', 'netflow9', 'ipfix', 'sflow5'] as const
export type FlowProtocol = (typeof flowProtocols)[number]
