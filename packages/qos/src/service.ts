/**
 * The services: what the network and the sessions do for a call. Each is named after the class of its streams, so that
 * both sides of a session speak of the same thing, and their order is that of the classes: the most urgent first.
 * @module
 */
import { type TrafficClass, trafficClasses } from '@vagus/channel/traffic-class'

export type ServiceName = TrafficClass

export interface Service {
  readonly name: ServiceName
  /**
   * Milliseconds from the start of a call until its content is late; `Infinity`: never. Within a class the earliest deadline
   * goes first, and what is late goes behind. Nothing is dropped because of it.
   */
  readonly deadline: number
  /** `two`: each packet also goes by a second path, where there is one. */
  readonly copies: 'one' | 'two'
  /** Differentiated services code point of its packets, 0..63 (RFC 2474 §3). */
  readonly dscp: number
  /** 5QI of the closest treatment in a mobile network (3GPP TS 23.501 table 5.7.4-1). For people; nothing depends on it. */
  readonly fiveQi: number
}

const table = {
  // EF (RFC 3246)
  safety: { deadline: 10, copies: 'two', dscp: 46, fiveQi: 82 },
  // CS5 (RFC 4594 §4.2)
  control: { deadline: 30, copies: 'one', dscp: 40, fiveQi: 83 },
  // AF31 (RFC 2597)
  dialogue: { deadline: 100, copies: 'one', dscp: 26, fiveQi: 80 },
  // AF21 (RFC 2597)
  call: { deadline: 300, copies: 'one', dscp: 18, fiveQi: 6 },
  // CS1: below best effort (RFC 3662)
  telemetry: { deadline: 5000, copies: 'one', dscp: 8, fiveQi: 9 },
  // LE (RFC 8622)
  bulk: { deadline: Infinity, copies: 'one', dscp: 1, fiveQi: 9 },
} as const satisfies Readonly<Record<ServiceName, Omit<Service, 'name'>>>

/** The most urgent first. */
export const serviceNames: readonly ServiceName[] = trafficClasses

export const services: Readonly<Record<ServiceName, Service>> = Object.fromEntries(
  serviceNames.map((name) => [name, { name, ...table[name] }]),
) as Record<ServiceName, Service> // sound: the names are all of them

/** What a call gets where nobody says anything else. */
export const usualService: ServiceName = 'call'

export const isServiceName = (word: string): word is ServiceName => (serviceNames as readonly string[]).includes(word)
