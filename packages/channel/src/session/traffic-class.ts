/** The purpose of a stream or datagram, most urgent first: a class takes precedence over all after it. @module */

export const trafficClasses = ['safety', 'control', 'dialogue', 'call', 'telemetry', 'bulk'] as const
export type TrafficClass = (typeof trafficClasses)[number]
