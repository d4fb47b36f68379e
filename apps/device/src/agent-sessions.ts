/** The BGP sessions of the agent: with its router, and with the controller. @module */
import { telemetryCapability, telemetryFeature } from '@vagus/bgp/telemetry'
import type { RouterFacts } from '@vagus/router'
import type { startSpeaker } from '@vagus/speaker'
import { routerPeer } from './actuation.ts'
import type { AgentOptions } from './agent-options.ts'
import { carrierPrefixes } from './carrier.ts'
import { isIPv4 } from './inventory.ts'
import { mobilePrefixes } from './mobility/mobile-options.ts'
import { controllerPeer } from './telemetry-exchange.ts'

/** Seconds; a router drops what a dead agent announced no later. */
export const holdTime = 9
/** Seconds for which the controller keeps what we told, when it or this agent restarts. */
const restartTime = 60
/** Milliseconds within which a new agent has told all its links again: half a second of counters gives the first rates. */
const toldAgainWithin = 5000

/**
 * BGP identifiers are unique within an AS (RFC 6286 §2.1), and each router refuses its own. One derived from it is as
 * unique as that, and says beside which router the agent is: 10.0.0.1 gives 11.0.0.1.
 */
export function identifierOf({ identifier }: AgentOptions, facts: RouterFacts): string {
  const [first = '', ...rest] = facts.identifier.split('.')
  return identifier ?? [Number(first) ^ 1, ...rest].join('.')
}

/** An address of no interface can be used once it is local; IPv6 must be told that besides. */
export const bindAdvice = (address: string): string =>
  isIPv4(address)
    ? `ip route add local ${address} dev lo`
    : `ip -6 route add local ${address} dev lo; sysctl net.ipv6.ip_nonlocal_bind=1`

export function speakerOptions(options: AgentOptions, facts: RouterFacts): Parameters<typeof startSpeaker>[0] {
  const { controller, source, localAddress, routerAddress } = options
  return {
    as: facts.as,
    identifier: identifierOf(options, facts),
    // The controller keeps what the agent before told, until End-of-RIB (RFC 4724 §4.2).
    start: 'restarted',
    deferral: toldAgainWithin,
    peers: [
      {
        name: routerPeer,
        address: routerAddress ?? facts.identifier,
        localAddress,
        as: facts.as,
        holdTime,
        families: ['ipv4-unicast', 'ipv6-unicast'],
        addPath: 'receive',
        watch: watchedOf(options),
      },
      ...(controller === undefined
        ? []
        : [
            {
              name: controllerPeer,
              address: controller.address,
              port: controller.port,
              ...(source === undefined ? {} : { localAddress: source }),
              as: facts.as,
              holdTime,
              families: ['link-state'] as const,
              capabilities: [telemetryOffer],
              gracefulRestart: { restartTime },
              ...options.protection,
            },
          ]),
    ],
  }
}

/** Routes of the router that others than traffic classes want to hear of. */
export function watchedOf({ carrierAttribute, mobility }: AgentOptions): readonly string[] {
  return [
    ...(carrierAttribute === undefined ? [] : [carrierPrefixes]),
    ...(mobility === undefined ? [] : [mobilePrefixes(mobility)]),
  ]
}

/** Views of others are told to nobody who has no use for them (draft §9). */
const telemetryOffer = telemetryCapability(telemetryFeature.links)
