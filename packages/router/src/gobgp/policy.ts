/**
 * The policy in GoBGP's terms: sets of neighbours and communities, one policy for what comes in and one for what goes
 * out, and the peer that the agent is. GoBGP has no weight: what the agent announces is preferred by LOCAL_PREF, which
 * internal peers are told as the usual 100 again. Its policies have no function that a policy of the operator could call:
 * ours leave the decision to what comes after them in the list, so an operator's statement that sets MED must come before.
 * @module
 */
import { classCommunity, internalOriginMark, textOfLargeCommunity, type TrafficClass } from '@vagus/bgp/actuation'
import type { PolicyPlan } from '../router.ts'
import { afi, communityAction, definedType, matchType, medAction, routeAction, safi } from './api.ts'
import type { definedSet, peer, policy, statement } from './api.ts'
import type { Message, Values } from './protobuf.ts'

type Of<M> = M extends Message<infer F> ? Values<F> : never
export type DefinedSet = Of<typeof definedSet>
export type Policy = Of<typeof policy>
export type Statement = Of<typeof statement>
type Peer = Of<typeof peer>

export const importPolicy = 'vagus-import'
export const exportPolicy = 'vagus-export'
/** RFC 4271 gives LOCAL_PREF no usual value; routers agree on this one. */
export const usualLocalPref = 100
/** Of what the agent announces, in this router alone. */
const preferred = 4_000_000
/** Paths of a prefix that are announced to the agent: its own and the others. */
const pathsTold = 16
/** Seconds; GoBGP's 30 would leave a restarted agent without its router for that long. */
const idleHold = 1

export interface GobgpPolicy {
  readonly sets: readonly DefinedSet[]
  readonly policies: readonly [Policy, Policy]
  readonly peer: Peer
}

export function policyOf(plan: PolicyPlan): GobgpPolicy {
  return { sets: setsOf(plan), policies: [importOf(plan), exportOf(plan)], peer: peerOf(plan) }
}

const setName = {
  agent: 'vagus-agent',
  internal: 'vagus-internal',
  ours: 'vagus',
  origin: 'vagus-internal-origin',
} as const
const telemetrySet = 'vagus-telemetry'
const mobileSet = 'vagus-mobile'
const linkSet = (name: string): string => `vagus-${name}`
const classSet = (name: string, { number }: TrafficClass): string => `vagus-${name}-${number}`
/** All communities of ours, as a regular expression: 77 and 77000000 + ifIndex. */
const oursOf = (as: number): string => `^${as}:77[0-9]*:[0-9]+$`

function setsOf({
  as,
  agentAddress,
  classes,
  links,
  internal,
  telemetryPrefixes,
  mobileBlock,
}: PolicyPlan): readonly DefinedSet[] {
  const neighbours = (name: string, list: readonly string[]): DefinedSet => ({
    type: definedType.neighbor,
    name,
    list: list.map((one) => (one.includes(':') ? `${one}/128` : `${one}/32`)),
  })
  const community = (name: string, pattern: string): DefinedSet => ({
    type: definedType.largeCommunity,
    name,
    list: [pattern],
  })
  return [
    neighbours(setName.agent, [agentAddress]),
    ...(internal.length === 0 ? [] : [neighbours(setName.internal, internal)]),
    ...links.map((link) => neighbours(linkSet(link.name), link.neighbours)),
    community(setName.ours, oursOf(as)),
    community(setName.origin, textOfLargeCommunity(internalOriginMark(as))),
    ...links.flatMap(({ ifIndex, name }) =>
      classes.map((one) =>
        community(classSet(name, one), textOfLargeCommunity(classCommunity(as, ifIndex, one.number))),
      ),
    ),
    ...(telemetryPrefixes === 'accept'
      ? [
          {
            type: definedType.prefix,
            name: telemetrySet,
            prefixes: [{ prefix: '100.64.0.0/10', lengthMin: 32, lengthMax: 32 }],
          },
        ]
      : []),
    ...(mobileBlock === undefined
      ? []
      : [
          {
            type: definedType.prefix,
            name: mobileSet,
            prefixes: [{ prefix: mobileBlock, lengthMin: 128, lengthMax: 128 }],
          },
        ]),
  ]
}

const any = (name: string) => ({ type: matchType.any, name })

function importOf({ as, telemetryPrefixes, mobileBlock }: PolicyPlan): Policy {
  const fromAgent = { neighborSet: any(setName.agent) }
  const statements: Statement[] = [
    {
      name: 'vagus-from-agent',
      conditions: { ...fromAgent, largeCommunitySet: any(setName.ours) },
      actions: { routeAction: routeAction.accept, localPref: { value: preferred } },
    },
    ...(telemetryPrefixes === 'accept'
      ? [
          {
            name: 'vagus-telemetry',
            conditions: { ...fromAgent, prefixSet: any(telemetrySet) },
            actions: { routeAction: routeAction.accept },
          },
        ]
      : []),
    // The agent's NO_EXPORT keeps them in the AS. Not preferred: LOCAL_PREF, which others must be told, is all there is.
    ...(mobileBlock === undefined
      ? []
      : [
          {
            name: 'vagus-mobile',
            conditions: { ...fromAgent, prefixSet: any(mobileSet) },
            actions: { routeAction: routeAction.accept },
          },
        ]),
    { name: 'vagus-nothing-else', conditions: fromAgent, actions: { routeAction: routeAction.reject } },
    // Anybody else may attach any community: a class counts from this router's own agent alone.
    { name: 'vagus-not-from-others', conditions: { largeCommunitySet: any(setName.ours) }, actions: stripping(as) },
  ]
  return { name: importPolicy, statements }
}

function exportOf({ as, classes, links, internal }: PolicyPlan): Policy {
  const toInternal = { neighborSet: any(setName.internal) }
  const statements: Statement[] = [
    ...links.flatMap(({ name }) =>
      classes.map((one) => ({
        name: classSet(name, one),
        conditions: { neighborSet: any(linkSet(name)), largeCommunitySet: any(classSet(name, one)) },
        actions: actionsOf(one, as),
      })),
    ),
    ...(internal.length === 0
      ? []
      : [
          {
            name: 'vagus-internal-origin',
            conditions: { ...toInternal, largeCommunitySet: any(setName.origin) },
            actions: { routeAction: routeAction.reject },
          },
          {
            name: 'vagus-internal',
            conditions: { ...toInternal, largeCommunitySet: any(setName.ours) },
            actions: { localPref: { value: usualLocalPref } },
          },
        ]),
    { name: 'vagus-strip', conditions: { largeCommunitySet: any(setName.ours) }, actions: stripping(as) },
  ]
  return { name: exportPolicy, statements }
}

type Actions = NonNullable<Statement['actions']>

const stripping = (as: number): Actions => ({
  largeCommunity: { type: communityAction.remove, communities: [oursOf(as)] },
})

const actionsOf = ({ med, prepend, localPref }: TrafficClass, as: number): Actions => ({
  ...(med === undefined ? {} : { med: { type: medAction.replace, value: med } }),
  ...(prepend === undefined ? {} : { asPrepend: { asn: as, repeat: prepend } }),
  ...(localPref === undefined ? {} : { localPref: { value: localPref } }),
})

function peerOf({ as, agentAddress, holdTime }: PolicyPlan): Peer {
  const unicast = (version: number) => ({
    config: { family: { afi: version, safi: safi.unicast }, enabled: true },
    addPaths: { config: { sendMax: pathsTold } },
  })
  return {
    conf: { description: 'vagus device agent', neighborAddress: agentAddress, peerAsn: as },
    routeReflector: { client: true },
    timers: {
      config: {
        holdTime,
        keepaliveInterval: Math.max(1, Math.floor(holdTime / 3)),
        connectRetry: 1,
        idleHoldTimeAfterReset: idleHold,
      },
    },
    transport: { passiveMode: true },
    afiSafis: [unicast(afi.ipv4), unicast(afi.ipv6)],
  }
}
