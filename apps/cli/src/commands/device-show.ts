/** `vagus device show DEVICE`: a device's agent: router, sessions, policy, measured links, classes in force. @module */
import { actorText } from '@vagus/api/actor'
import type { DeviceAgent, DevicePolicy } from '@vagus/api/telemetry'
import { agentAt, agentOptions, type AgentPlace, policyWords } from '../bgp/agent.ts'
import { whereAgentIs } from '../bgp/bgp-options.ts'
import { goesBackText, policyText } from '../bgp/policy-text.ts'
import { stateText } from '../commit-text.ts'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { orSay } from '../failure.ts'
import { capacityText, countOf, delayText, durationText, rateText, shareText } from '../format.ts'
import { type Cell, type Column, printable, table } from '../table.ts'
import { wrapped } from '../wrap.ts'

export const command = defineCommand({
  name: 'device show',
  summary: "a device's agent: sessions, policy, links, classes, lines",
  effect: 'ro',
  examples: [{ line: 'vagus device show pe-1', does: 'what the agent beside pe-1 sees now' }],
  arguments: [{ name: 'DEVICE', description: 'a name of "vagus device ls"', presence: 'required' }],
  options: { ...viewOptions, socket: agentOptions.socket },
  run: (call) =>
    view<DeviceAgent>(call, {
      ask: (client) =>
        (call.values.socket === undefined ? client : agentAt(call.values.socket, call.signal))
          .get<DeviceAgent>('DeviceAgent', '/v1/agent', { device: call.words[0]! })
          .catch(orSay('the names: vagus device ls', whereAgentIs)),
      show: deviceAgentText,
      next: ({ device, policy }) =>
        policy === undefined
          ? `vagus device commits ${device}`
          : nextWords(policy, { device, socket: call.values.socket }),
    }),
})

/** Indents the further lines under a heading. */
const indent = ' '.repeat(10)
const heads: readonly Column[] = [
  { head: 'INTERFACE', align: 'left' },
  { head: 'CAPACITY', align: 'right' },
  { head: 'OUT', align: 'right' },
  { head: 'IN', align: 'right' },
  { head: 'DELAY', align: 'right' },
  { head: 'DROPS/S', align: 'right' },
  { head: 'CONGESTED', align: 'left' },
  { head: 'AGE', align: 'right' },
]

/** Traffic classes in force. The id begins with the prefix and is never cut, because "bgp undo" needs it. */
const classHeads: readonly Column[] = [
  { head: 'ID', align: 'left' },
  { head: 'PREFIX', align: 'left', leaves: 1 },
  { head: 'INTERFACE', align: 'left' },
  { head: 'CLASS', align: 'right' },
  { head: 'OWNER', align: 'left', shrink: 8 },
  { head: 'ENDS IN', align: 'right' },
]

/** Who may steer, within which bounds, and what was agreed on. */
function steeringLines(
  { id, by, state, since, problem, bounds, leases }: NonNullable<DeviceAgent['steering']>,
  now: string,
  columns: number,
): readonly string[] {
  const secondsTo = (time: string): number => (Date.parse(time) - Date.parse(now)) / 1000
  const why = problem === null ? '' : `: ${problem}`
  const prefixes = bounds.prefixes.length === 0 ? 'every prefix' : bounds.prefixes.join(', ')
  return [
    `by ${by}`,
    `${state} for ${durationText(-secondsTo(since))}${why}`,
    `as ${id}`,
    `within MED ${bounds.meds.join(', ')} · at most ${durationText(bounds.leaseSeconds)} · ${prefixes}`,
    leases.length === 0 ? 'no leases' : countOf(leases.length, 'lease'),
    ...leases.map(
      (one) =>
        `MED ${one.med} for ${one.prefix} on ${one.interface}, ${one.state}, ends in ${durationText(secondsTo(one.until))}`,
    ),
  ]
    .flatMap((text) => wrapped(printable(text), columns - indent.length))
    .map((line, at) => `${at === 0 ? 'steered   ' : indent}${line}`)
}

/** Addresses of agents that are attached at links of this router. */
function addressLines(
  { block, links, attached, problem, dropped, refused }: NonNullable<DeviceAgent['addresses']>,
  now: string,
  columns: number,
) {
  const down = links.filter(({ state }) => state === 'down').map(({ name }) => name)
  const counts = [dropped > 0 ? `${dropped} datagrams dropped` : '', refused > 0 ? `${refused} refused` : '']
  return [
    `within ${block} on ${links.map(({ name }) => name).join(', ')}`,
    ...(down.length === 0 ? [] : [`down: ${down.join(', ')}`]),
    ...(problem === null ? [] : [`nobody can attach: ${problem}`]),
    [attached.length === 0 ? 'none attached' : `${attached.length} attached`, ...counts.filter(Boolean)].join(', '),
    ...attached.map(({ address, id, interface: link, nextHop, until }) => {
      const left = durationText((Date.parse(until) - Date.parse(now)) / 1000)
      return `${address} on ${link} by ${nextHop}, renewed within ${left}, of ${id}`
    }),
  ]
    .flatMap((text) => wrapped(printable(text), columns - indent.length))
    .map((line, at) => `${at === 0 ? 'addresses ' : indent}${line}`)
}

/** What of private lines is held, and over which links it may be. */
function lineLines(
  { block, links, share, sites, guarded, parts }: NonNullable<DeviceAgent['lines']>,
  now: string,
  columns: number,
) {
  const guard =
    guarded === null
      ? 'the guard is gone: packets of strangers may ride; restart the agent'
      : `${guarded.toBlock + guarded.routingHeader} packets of strangers dropped`
  return [
    `over ${links.join(', ')} · up to ${shareText(share)} of each · ${block}`,
    `from and to ${sites.join(', ')}`,
    guard,
    parts.length === 0 ? 'nothing held' : `${countOf(parts.length, 'part')} held`,
    ...parts.map((one) => {
      const what = one.bitsPerSecond === null ? '' : `, ${rateText(one.bitsPerSecond)}`
      const away = one.steered === false ? ', its probes are lost, packets go without it' : ''
      const problem = one.problem === null ? '' : `, PROBLEM: ${one.problem}`
      const ends = durationText((Date.parse(one.until) - Date.parse(now)) / 1000)
      return `${one.type} of path ${one.number} on ${one.interfaces.join(', ')}${what}, ${one.state}${away}${problem}, ends in ${ends}`
    }),
  ]
    .flatMap((text) => wrapped(printable(text), columns - indent.length))
    .map((line, at) => `${at === 0 ? 'lines     ' : indent}${line}`)
}

/** Whose intents it obeys, and how each of them stands here: those that do not say anything here are only counted. */
function intentLines(
  { owner, epoch, standing, problem, items }: NonNullable<DeviceAgent['intents']>,
  now: string,
  columns: number,
): readonly string[] {
  const silent = items.filter(({ state }) => state === 'received').length
  return [
    `of ${owner}`,
    ...(standing === 'holds' ? [`epoch ${epoch}, ${countOf(items.length, 'intent')}`] : [problem ?? standing]),
    ...items
      .filter(({ state }) => state !== 'received')
      .map(({ name, goal, state, since, evidence }) => {
        const why = evidence === null ? '' : `: ${evidence}`
        return `${name} (${goal}) ${state} for ${durationText((Date.parse(now) - Date.parse(since)) / 1000)}${why}`
      }),
    ...(silent === 0 ? [] : [`${countOf(silent, 'intent')} of other devices`]),
  ]
    .flatMap((text) => wrapped(printable(text), columns - indent.length))
    .map((line, at) => `${at === 0 ? 'intents   ' : indent}${line}`)
}

/** Whose marks count at its edges, and what was taken away. */
function serviceLines(
  { links, owner, epoch, addresses, foreign, beyond, problems }: NonNullable<DeviceAgent['services']>,
  columns: number,
): readonly string[] {
  return [
    `on ${links.join(', ')} for members of ${owner}`,
    epoch === null
      ? "no roster holds: nobody's marks count"
      : `roster ${epoch}, ${countOf(addresses, 'address', 'addresses')}`,
    `${countOf(foreign, 'packet')} lost a mark that was not theirs, ${countOf(beyond, 'packet')} were beyond the rate of a member`,
    ...problems.map((problem) => `PROBLEM: ${problem}`),
  ]
    .flatMap((text) => wrapped(printable(text), columns - indent.length))
    .map((line, at) => `${at === 0 ? 'services  ' : indent}${line}`)
}

/** What AI agents changed in the configuration: what can still go back, and what was last. */
function commitLines(
  { pending, last }: NonNullable<DeviceAgent['commits']>,
  { device, now }: Pick<DeviceAgent, 'device' | 'now'>,
  columns: number,
): readonly string[] {
  const textOf = (one: NonNullable<typeof last>): string => {
    const why = one.problem ?? one.ended?.because
    return `${one.id} by ${actorText(one.by)}, ${stateText(one, now)}${why === undefined ? '' : `: ${why}`}`
  }
  return [
    ...(pending === null
      ? ['nothing pending']
      : [textOf(pending), `vagus device commits ${device} --confirm ${pending.id} keeps it, --revert undoes it`]),
    ...(last === null ? [] : [`last: ${textOf(last)}`]),
  ]
    .flatMap((text) => wrapped(printable(text), columns - indent.length))
    .map((line, at) => `${at === 0 ? 'AI agents ' : indent}${line}`)
}

/** Only the controller knows which views an agent announces. */
function nextWords({ state, goesBackAt }: DevicePolicy, place: AgentPlace): string {
  if (goesBackAt !== undefined) return policyWords(place, '--confirm')
  if (state !== 'in-place') return policyWords(place)
  const { device, socket } = place
  return socket === undefined
    ? `vagus device top ${device} · vagus bgp peers --device ${device}`
    : `vagus bgp peers --controller unix:${socket}`
}

const routerLine = (device: string, { software, as, identifier }: DeviceAgent['router']): string =>
  `${device}  ${software === '' ? 'a router that has not answered yet' : software}${as === undefined ? '' : `, AS ${as}, ${identifier}`}`

/** What there is where the agent peers with its router. */
function peeringLines(
  { actuations, others, now }: DeviceAgent,
  policy: DevicePolicy,
  columns: number,
): readonly string[] {
  return [
    ...[policyText(policy), ...goesBackText(policy, now)]
      .flatMap((text) => wrapped(text, columns - indent.length))
      .map((line, at) => `${at === 0 ? 'policy    ' : indent}${line}`),
    `classes   ${actuations.length === 0 ? 'none' : actuations.length} in force`,
    `hears of  ${countOf(others.links, 'link')} of ${countOf(others.devices, 'other device')}`,
  ]
}

export function deviceAgentText(agent: DeviceAgent, { columns, paint }: Canvas): string {
  const { router, policy, sessions, links, now, actuations } = agent
  const ways = sessions.flatMap(({ name, state, since, lastReason }) => {
    const why = state === 'established' || lastReason === null ? '' : `: ${lastReason}`
    return wrapped(
      printable(`${name} ${state} for ${durationText((Date.parse(now) - Date.parse(since)) / 1000)}${why}`),
      columns - indent.length,
    )
  })
  const rows = links.map((link): Cell[] => [
    link.interface,
    link.capacity === null ? '?' : capacityText(link.capacity),
    rateText(link.out),
    rateText(link.in),
    delayText(link.delayMicroseconds),
    link.drops.toFixed(0),
    link.congested === 'no' ? 'no' : { text: link.congested, paint: paint.bad },
    durationText(link.ageSeconds),
  ])
  const classes = actuations.map((one): Cell[] => [
    one.id,
    one.prefix,
    one.interface,
    String(one.class),
    one.owner,
    durationText((Date.parse(one.expiresAt) - Date.parse(now)) / 1000),
  ])
  const unknown = links.flatMap((link) => (link.capacity === null ? [`--capacity ${link.interface}=RATE`] : []))
  return [
    routerLine(agent.device, router),
    ...ways.map((line, at) => `${at === 0 ? 'sessions  ' : indent}${line}`),
    ...(policy === undefined ? [] : peeringLines(agent, policy, columns)),
    ...(agent.steering === undefined ? [] : steeringLines(agent.steering, now, columns)),
    ...(agent.lines === undefined ? [] : lineLines(agent.lines, now, columns)),
    ...(agent.intents === undefined ? [] : intentLines(agent.intents, now, columns)),
    ...(agent.addresses === undefined ? [] : addressLines(agent.addresses, now, columns)),
    ...(agent.services === undefined ? [] : serviceLines(agent.services, columns)),
    ...(agent.commits === undefined ? [] : commitLines(agent.commits, agent, columns)),
    ...(policy === undefined ? [] : ['', links.length === 0 ? 'no links' : table(heads, rows, columns, paint.strong)]),
    ...(unknown.length === 0
      ? []
      : wrapped(printable(`?: speed unknown, so not announced: give the agent ${unknown.join(' ')}`), columns)),
    ...(classes.length === 0 ? [] : ['', table(classHeads, classes, columns, paint.strong)]),
  ].join('\n')
}
