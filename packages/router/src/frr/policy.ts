/**
 * The policy in FRR's syntax: large-community-lists of the classes, one route-map per link that sets the attributes of
 * a class, one for internal peers, one for what the agent may announce, and the session with the agent.
 * @module
 */
import { classCommunity, internalOriginMark, textOfLargeCommunity } from '@vagus/bgp/actuation'
import type { TrafficClass } from '@vagus/bgp/actuation'
import type { PolicyPlan } from '../router.ts'

/** Lines of one context: top-level ones have none. */
export interface ConfigBlock {
  /** Such as `route-map VAGUS-eth3 permit 1`; its lines follow, one level deeper. */
  readonly context: readonly string[]
  readonly lines: readonly string[]
}

const any = 'VAGUS'
const fromAgent = 'VAGUS-AGENT'
const toInternal = 'VAGUS-INTERNAL'
const internalOrigin = 'VAGUS-INTERNAL-ORIGIN'
const telemetryList = 'VAGUS-TELEMETRY'
const mobileList = 'VAGUS-MOBILE'
/** Name of the route-map for the neighbours behind an interface. */
export const linkMap = (name: string): string => `VAGUS-${name}`
export const internalMap = toInternal
/** Above the 32768 of what the router originates itself; weight never leaves the router. */
const weight = 40_000
/**
 * Put on what this router's own agent announces; like weight it never leaves the router. A class counts with it alone:
 * communities of another router's agent come along over iBGP, because FRR strips nothing from a route that it reflects,
 * and interface indices repeat; and anybody outside may attach any community.
 */
const tag = 77
const lastEntry = 65_535
const ownOnly = `match tag ${tag}`
const strip = `set large-comm-list ${any} delete`

/** Everything except the calls from the neighbours' own route-maps, which depend on the router (`frr-router.ts`). */
export function policyBlocks(plan: PolicyPlan): readonly ConfigBlock[] {
  return [...listBlocks(plan), ...mapBlocks(plan), ...sessionBlocks(plan)]
}

function listBlocks({ as, classes, links, telemetryPrefixes, mobileBlock }: PolicyPlan): readonly ConfigBlock[] {
  const lines = [
    `bgp large-community-list expanded ${any} seq 5 permit ${as}:77[0-9]*:[0-9]*`,
    `bgp large-community-list standard ${internalOrigin} seq 5 permit ${textOfLargeCommunity(internalOriginMark(as))}`,
    ...links.flatMap(({ ifIndex, name }) =>
      classes.map(({ number }) => {
        const community = textOfLargeCommunity(classCommunity(as, ifIndex, number))
        return `bgp large-community-list standard ${linkMap(name)}-${number} seq 5 permit ${community}`
      }),
    ),
    ...(telemetryPrefixes === 'accept' ? [`ip prefix-list ${telemetryList} seq 5 permit 100.64.0.0/10 ge 32`] : []),
    ...(mobileBlock === undefined ? [] : [`ipv6 prefix-list ${mobileList} seq 5 permit ${mobileBlock} ge 128`]),
  ]
  return [{ context: [], lines }]
}

function mapBlocks({ as, classes, links, telemetryPrefixes, mobileBlock }: PolicyPlan): readonly ConfigBlock[] {
  const entry = (name: string, action: 'permit' | 'deny', number: number, lines: readonly string[]): ConfigBlock => ({
    context: [`route-map ${name} ${action} ${number}`],
    lines,
  })
  return [
    entry(fromAgent, 'permit', 1, [`match large-community ${any}`, `set tag ${tag}`, `set weight ${weight}`]),
    ...(telemetryPrefixes === 'accept'
      ? [entry(fromAgent, 'permit', 2, [`match ip address prefix-list ${telemetryList}`])]
      : []),
    // With weight, so that an address that moved on is delivered here until the agent withdraws it; all others prefer the
    // newest by LOCAL_PREF at once.
    ...(mobileBlock === undefined
      ? []
      : [
          entry(fromAgent, 'permit', 3, [
            `match ipv6 address prefix-list ${mobileList}`,
            'set community no-export additive',
            `set weight ${weight}`,
          ]),
        ]),
    entry(toInternal, 'deny', 1, [`match large-community ${internalOrigin}`, ownOnly]),
    entry(toInternal, 'permit', lastEntry, [strip]),
    ...links.flatMap(({ name }) => [
      ...classes.map((one) =>
        entry(linkMap(name), 'permit', one.number, [
          `match large-community ${linkMap(name)}-${one.number}`,
          ownOnly,
          ...setLines(one, as),
          strip,
        ]),
      ),
      entry(linkMap(name), 'permit', lastEntry, [strip]),
    ]),
  ]
}

function setLines({ med, prepend, localPref }: TrafficClass, as: number): readonly string[] {
  return [
    ...(prepend === undefined ? [] : [`set as-path prepend ${Array.from({ length: prepend }, () => as).join(' ')}`]),
    ...(localPref === undefined ? [] : [`set local-preference ${localPref}`]),
    ...(med === undefined ? [] : [`set metric ${med}`]),
  ]
}

function sessionBlocks({ as, agentAddress, holdTime }: PolicyPlan): readonly ConfigBlock[] {
  const neighbor = `neighbor ${agentAddress}`
  const router = `router bgp ${as}`
  const family = [
    `${neighbor} activate`,
    `${neighbor} addpath-tx-all-paths`,
    `${neighbor} route-reflector-client`,
    `${neighbor} route-map ${fromAgent} in`,
  ]
  return [
    {
      context: [router],
      lines: [
        `${neighbor} remote-as ${as}`,
        `${neighbor} description vagus device agent`,
        `${neighbor} passive`,
        `${neighbor} timers ${Math.max(1, Math.floor(holdTime / 3))} ${holdTime}`,
        `${neighbor} advertisement-interval 0`,
      ],
    },
    { context: [router, 'address-family ipv4 unicast'], lines: family },
    { context: [router, 'address-family ipv6 unicast'], lines: family },
  ]
}

/** As typed and as printed by `show running-config`, except for the order. */
export function textOf(blocks: readonly ConfigBlock[]): string {
  const text = blocks.flatMap(({ context, lines }) => [
    ...context.map((line, depth) => `${' '.repeat(depth)}${line}`),
    ...lines.map((line) => `${' '.repeat(context.length)}${line}`),
    ...context.map(
      (_, at) =>
        `${' '.repeat(context.length - 1 - at)}${context.at(-1 - at)!.startsWith('address-family') ? 'exit-address-family' : 'exit'}`,
    ),
  ])
  return `${text.join('\n')}\n`
}

/** A line with the contexts that it stands in, outermost first. */
export const pathOf = (context: readonly string[], line: string): string => [...context, line].join('\n')

/**
 * Every line of a running configuration, as `pathOf` has it. IPv4 is activated for every neighbour without a word about
 * it, unless `no bgp default ipv4-unicast` says otherwise.
 */
export function pathsOf(running: string): ReadonlySet<string> {
  const paths = new Set<string>()
  const isIpv4Usual = !/^\s*no bgp default ipv4-unicast/m.test(running)
  const stack: string[] = []
  for (const line of running.split(/\r?\n/)) {
    const text = line.trim()
    if (text === '' || text === '!' || text.startsWith('exit') || text === 'end') continue
    const depth = line.length - line.trimStart().length
    stack.length = Math.min(stack.length, depth)
    stack.push(text)
    paths.add(stack.join('\n'))
    const [, router, neighbor] = /^(router bgp .*)\n(neighbor \S+) remote-as \S+$/.exec(stack.join('\n')) ?? []
    if (isIpv4Usual && router !== undefined) {
      paths.add(pathOf([router, 'address-family ipv4 unicast'], `${neighbor} activate`))
    }
  }
  return paths
}

/** Blocks with only the lines that the running configuration lacks. */
export function missingOf(blocks: readonly ConfigBlock[], running: string): readonly ConfigBlock[] {
  const paths = pathsOf(running)
  return blocks.flatMap(({ context, lines }) => {
    const left = lines.filter((line) => !paths.has(pathOf(context, line)))
    // A route-map entry without a line counts, too.
    const isThere = context.length === 0 || lines.length > 0 || paths.has(context.join('\n'))
    return left.length > 0 || !isThere ? [{ context, lines: left }] : []
  })
}
