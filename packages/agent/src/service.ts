/** How the network and the session treat what is sent, and what it is for. @module */

/**
 * The classes, the most urgent first: each goes before the ones after it. `safety` also goes over two paths at once where
 * there are two.
 */
export const trafficClasses = ['safety', 'control', 'dialogue', 'call', 'telemetry', 'bulk'] as const
export type TrafficClass = (typeof trafficClasses)[number]

export interface Service {
  /** What is spoken inside, 1..64 characters: `a2a/1.0`. The other side serves it by the same word. */
  readonly protocol: string
  /** Default `call`. */
  readonly class?: TrafficClass
  /** Inside the class: 0 first, 7 last. Default 3. */
  readonly priority?: number
}
