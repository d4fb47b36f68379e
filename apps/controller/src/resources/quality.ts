/** What makes figures wrong or missing, each with the setting or command that mends it. @module */
import { parseDuration } from '@vagus/api/duration'
import { countText, durationText } from '@vagus/api/figures'
import { wantsFlows } from '@vagus/api/wants-flows'
import type { Quality } from '@vagus/api'
import type { DeviceCounters } from '@vagus/api/counters'
import { lossGrade } from '@vagus/api/thresholds'
import type { ExporterState } from '@vagus/flow'
import { clockOf } from '../domain/clock.ts'
import { carriesFlows, deviceExports } from '../domain/device-state.ts'
import { streamsAt, type View } from '../domain/view.ts'
import { counterItems, noCounters } from './counter-quality.ts'

/** More items than a person reads are summed up in a last one. */
const maxItems = 50

/** A border, and why nothing can be proposed for it. */
export interface TroubledBorder {
  readonly neighbour: string
  /** Null: something can. */
  readonly problem: string | null
  /** Milliseconds since 1970: since when there has been a problem without a break; undefined before the first step. */
  readonly since: number | undefined
  /** Devices without the id of an agent that could be asked for what its open proposal needs. */
  readonly agentless: readonly string[]
  /** It has an open proposal, and the controller no agent that could ask. */
  readonly isMute: boolean
}

/** A border that could not be read for so long is told, milliseconds: a restart of an agent or a busy store is not. */
const borderPatience = 300_000

/** The worst first. */
export function qualityOf(
  view: View,
  borders: readonly TroubledBorder[] = [],
  counters: readonly DeviceCounters[] = [],
): readonly Quality[] {
  const items = [
    ...domainItems(view),
    ...deviceItems(view, counters),
    ...counterItems(counters),
    ...exporterItems(view),
    ...receiverItems(view),
    ...borders.flatMap((border) => borderItems(border, view.now())),
  ]
  items.sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
  if (items.length <= maxItems) return items
  const more = items.length - maxItems
  return [...items.slice(0, maxItems), warning('controller', `${more} more problems`, 'vagus device ls')]
}

type Kind = Quality['kind']
const warning = (subject: string, problem: string, fix: string, kind: Kind = 'other'): Quality => ({
  severity: 'warning',
  kind,
  subject,
  problem,
  fix,
})
const error = (subject: string, problem: string, fix: string, kind: Kind = 'other'): Quality => ({
  severity: 'error',
  kind,
  subject,
  problem,
  fix,
})

/** Why the controller cannot do its work; each reason is `SUBJECT: PROBLEM`. */
export const unreadyItems = (reasons: readonly string[]): readonly Quality[] =>
  reasons.map((reason) => {
    const [, subject = '', problem = ''] = /^(.*?): (.*)$/s.exec(reason) ?? []
    return error(subject, problem, 'vagus doctor; vagus events')
  })

function domainItems({ config, report }: View): readonly Quality[] {
  const items: Quality[] = []
  const exporters = report?.exporters.filter(carriesFlows) ?? []
  if (!wantsFlows(config) && exporters.length === 0) return []
  if (exporters.length === 0) {
    items.push(
      warning(
        'flows',
        'no flow export has arrived yet',
        `vagus cheat ipfix: send to ${config.flow.listen.join(' or ')}`,
      ),
    )
  }
  const hasBoundary = config.devices.some(({ interfaces }) => interfaces.some(({ site }) => site !== undefined))
  if (!hasBoundary) {
    const problem = 'no boundary interface is configured: what several routers export is counted several times'
    items.push(warning('domain', problem, 'vagus.yaml: devices[].interfaces[]: { name: eth0, index: 2, site: office }'))
  }
  if (config.sites.length === 0) {
    const fix = 'vagus.yaml: sites: [{ name: office, prefixes: [192.0.2.0/24, "2001:db8::/48"] }]'
    items.push(warning('domain', 'no sites are configured: there is no traffic matrix', fix))
  }
  return items
}

function deviceItems(view: View, counters: readonly DeviceCounters[]): readonly Quality[] {
  const { config, directory, measurements, report } = view
  const now = view.now()
  const asked = new Set(counters.filter(({ snmp }) => snmp !== undefined).map(({ device }) => device))
  const silentAfter = parseDuration(config.flow.silentAfter)
  // A controller that has just started cannot know yet who does not export.
  const hadItsTime = now - view.startedAt >= silentAfter
  return config.devices.flatMap((device) => {
    const address = directory.addressOf(device)
    const { state, lastAt } = deviceExports(streamsAt(view, address), silentAfter, now)
    const items: Quality[] = []
    if (state === 'never' && hadItsTime && config.flow.listen.length > 0) {
      const fix = `vagus cheat ipfix: export from ${address} to ${view.collector.endpoints.map(({ port }) => `udp/${port}`).join(', ')}`
      items.push(error(device.name, 'has never exported flows', fix, 'silent'))
    } else if (state === 'silent') {
      const seconds = Math.round((now - (lastAt ?? now)) / 1000)
      items.push(
        error(
          device.name,
          `has exported no flows for ${seconds} s`,
          'check its exporter; what came last: vagus exporter ls',
          'silent',
        ),
      )
    }
    // Counters that come from an address of no device are told with that, and those that are asked for by themselves.
    const isNamed = report?.exporters.some((stream) => stream.agent === address && stream.address !== address)
    if (hadItsTime && !measurements.isHeard(address, now) && !isNamed && !asked.has(device.name))
      items.push(noCounters(device.name, address))
    return items
  })
}

function exporterItems(view: View): readonly Quality[] {
  const { directory, config, report } = view
  const streams = Map.groupBy(report?.exporters ?? [], ({ address }) => directory.deviceAt(address)?.name ?? address)
  return [...streams].flatMap(([subject, own]) => {
    const items = streamItems(view, own, subject)
    const { address } = own[0]!
    if (directory.deviceAt(address) !== undefined || config.devices.length === 0) return items
    const named = own.findLast(({ agent }) => agent !== undefined && directory.deviceAt(agent) !== undefined)?.agent
    if (named !== undefined) {
      const { name } = directory.deviceAt(named)!
      const setting = `vagus.yaml: devices[].sources of ${name}: [${address}]`
      return [...items, warning(address, `its sFlow agent says ${named} = ${name}: not counted as of ${name}`, setting)]
    }
    const fix = `vagus.yaml: devices: [{ name: r1, role: edge, address: ${address}, interfaces: [] }]`
    return [...items, warning(address, 'exports flows and is no configured device', fix)]
  })
}

/** Of all streams of one exporter: each start of it, or of ours, may have begun another. */
function streamItems(
  view: Pick<View, 'report' | 'now'>,
  streams: readonly ExporterState[],
  subject: string,
): readonly Quality[] {
  const items: Quality[] = []
  if (streams.some(({ sampling }) => sampling?.rate === 0)) {
    const fix = `vagus.yaml: devices[].samplingRate of ${subject}`
    items.push(error(subject, 'does not say its sampling rate', fix, 'sampling'))
  }
  if (streams.some(({ protocol }) => protocol === 'netflow5')) {
    items.push(
      warning(subject, 'exports NetFlow v5, which cannot carry IPv6', 'let it export IPFIX: vagus cheat ipfix'),
    )
  }
  const clock = clockOf(streams)
  if (clock?.isWrong) {
    const way = clock.behindSeconds > 0 ? 'behind' : 'ahead of'
    const off = `${Math.abs(clock.behindSeconds)} s ${way}`
    const [problem, fix] = streams.every((stream) => stream.isClockWrong !== true || stream.clockOf === 'flows')
      ? [`it dates flows ${off} the right time, though its clock is right`, 'let it date flows in UTC (RFC 7011 §6.1)']
      : [`its clock is ${off} ours`, 'let its clock be set by NTP, and that of this machine']
    items.push(warning(subject, `${problem}; the times of its flows are set right by that`, fix, 'clock'))
  }
  // Streams that lose little do not make less of those that lose much.
  const losing = streams.filter(({ lost }) => lossGrade(lost.share) === 'bad')
  for (const [unit, some] of Map.groupBy(losing, ({ lost }) => lost.unit)) {
    const lost = some.reduce((sum, stream) => sum + stream.lost.lastHour.units, 0)
    const sent = some.reduce((sum, { lost: { lastHour } }) => sum + lastHour.units + lastHour.received, 0)
    const where = some.length === 1 ? '' : `, in ${some.length} streams`
    items.push(
      error(
        subject,
        `${((lost / sent) * 100).toFixed(1)} % of its ${unit} were lost on the way within the last hour${where}`,
        'vagus exporter ls; raise flow.receiveBuffer',
        'loss',
      ),
    )
  }
  const late = view.report?.recordLag.late.find(({ address }) => streams.some((stream) => stream.address === address))
  if (late !== undefined) {
    const seconds = Math.round(late.lag / 1000)
    items.push(
      warning(
        subject,
        `its records come up to ${seconds} s late: figures of the last ${seconds} s are too low`,
        'set its active timeout to 60 s',
      ),
    )
  }
  return [...items, ...templateItems(view, streams, subject)]
}

function templateItems(
  { now }: Pick<View, 'now'>,
  streams: readonly ExporterState[],
  subject: string,
): readonly Quality[] {
  const lacking = streams.flatMap(({ noTemplate }) => (noTemplate === undefined ? [] : [noTemplate]))
  const givenUp = lacking.reduce((sum, one) => sum + one.givenUp, 0)
  if (givenUp > 0) {
    const since = Math.min(...lacking.filter((one) => one.givenUp > 0).map((one) => one.since))
    const lacked = durationText((now() - since) / 1000)
    const fix = 'let it send templates every minute, to this controller too'
    return [error(subject, `${countText(givenUp)} data sets given up: no template for ${lacked}`, fix)]
  }
  const parked = streams.reduce((sum, stream) => sum + stream.parked, 0)
  if (parked === 0) return []
  const fix = 'wait for its next template, or let it send templates more often'
  return [warning(subject, `${countText(parked)} data sets wait for their template`, fix)]
}

function borderItems(
  { neighbour, problem, since, agentless, isMute }: TroubledBorder,
  now: number,
): readonly Quality[] {
  const items = agentless.map((device) => {
    const text = `has no agent: the proposal for the border of ${neighbour} cannot be approved`
    return warning(device, text, `vagus.yaml: devices[].id of ${device}, as "vagus device --steered-by" prints it`)
  })
  if (isMute) {
    const text = 'its proposal cannot be approved: the controller has no agent to ask those of the devices'
    items.push(warning(neighbour, text, 'vagus.yaml: agent.listen, such as [udp://192.0.2.10:7602]'))
  }
  if (problem === null || since === undefined || now - since < borderPatience) return items
  const text = `nothing can be proposed for its border: ${problem}`
  return [...items, warning(neighbour, text, 'let its devices send counters and flows, or set steering.enabled: false')]
}

function receiverItems({ report, config }: View): readonly Quality[] {
  if (report === undefined) return []
  const { kind, receiveBuffer, dropped } = report.receiver
  const items: Quality[] = []
  if (dropped > 0) {
    items.push(error('receiver', `the kernel dropped ${dropped} datagrams since the start`, 'raise flow.receiveBuffer'))
  }
  if (report.liveLeftOut > 0) {
    const problem = `too busy: live figures leave out ${report.liveLeftOut} records since the start; the store has them`
    items.push(warning('receiver', problem, 'vagus flow top --last 10m'))
  }
  if (kind === 'dgram')
    items.push(warning('receiver', 'receives without recvmmsg, which loses more under load', 'vagus doctor'))
  if (receiveBuffer < config.flow.receiveBuffer) {
    const fix = `as root: sysctl -w net.core.rmem_max=${config.flow.receiveBuffer}`
    items.push(
      warning('receiver', `its socket buffer has ${receiveBuffer} octets, not ${config.flow.receiveBuffer}`, fix),
    )
  }
  return items
}
