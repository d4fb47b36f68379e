/** The export protocols that the collector understands; any of them on any port. @module */

export const flowProtocols = ['netflow5', 'netflow9', 'ipfix', 'sflow5'] as const
export type FlowProtocol = (typeof flowProtocols)[number]
