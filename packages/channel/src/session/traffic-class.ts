/** What a stream or datagram is for, the most urgent first: a class goes before all behind it. @module */

export const trafficClasses = ['safety', 'control', 'dialogue', 'call', 'telemetry', 'bulk'] as const
export type TrafficClass = (typeof trafficClasses)[number]
