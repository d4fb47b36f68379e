/**
 * Numbers of sFlow version 5. A format is `enterprise << 12 | number`. All formats here belong to enterprise 0,
 * sFlow.org (sFlow version 5, "sFlow Datagram Format"; discarded packets: "sFlow Dropped Packet Notification
 * Structures").
 * @module
 */

export const sflowVersion = 5

export const sampleFormat = { flow: 1, counters: 2, expandedFlow: 3, expandedCounters: 4, discarded: 5 } as const

export const flowRecordFormat = {
  sampledHeader: 1,
  sampledEthernet: 2,
  sampledIpv4: 3,
  sampledIpv6: 4,
  extendedGateway: 1003,
} as const

export const counterRecordFormat = { interface: 1, portName: 1005 } as const

/** `header_protocol` of a sampled header. */
export const headerProtocol = { ethernet: 1, ipv4: 11, ipv6: 12, mpls: 13 } as const
