/** `vagus status`: what the controller sees right now, on one screen; problems last, each with its fix. @module */
import type { Quality, Status } from '@vagus/api'
import { lossGrade } from '@vagus/api/thresholds'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { agoText, countText, durationText, octetsText, perSecondText, rateText, shareText, unknown } from '../format.ts'
import { paintOf } from '../load-cell.ts'
import { askInForce, type InForce, inForceText } from '../steering/in-force.ts'
import { printable } from '../table.ts'
import { coveredText, windowText } from '../window.ts'
import { wrapped } from '../wrap.ts'

export const command = defineCommand({
  name: 'status',
  summary: 'what the controller sees right now',
  effect: 'ro',
  examples: [
    { line: 'vagus status', does: 'one screen: devices, links, flows, traffic, store, problems' },
    { line: 'vagus status --watch', does: 'the same, every two seconds' },
    { line: 'vagus status --json | jq .traffic', does: 'for programs' },
  ],
  options: viewOptions,
  run(call) {
    let inForce: readonly InForce[] = []
    return view<Status>(call, {
      ask: async (client) => {
        const [status, approvals] = await Promise.all([client.get<Status>('Status', '/v1/status'), askInForce(client)])
        inForce = approvals
        return status
      },
      show: (status, canvas) => statusText(status, canvas, inForce),
      next: ({ flows }) => {
        if (flows.lastAt !== null) return 'vagus flow top · vagus matrix · vagus events -f'
        if (flows.wanted === false) return 'vagus agent ls · vagus session ls · vagus events -f'
        return 'vagus cheat ipfix   (no flows yet: point an exporter here)'
      },
    })
  },
})

/** Coverage is not expected before a window with flows and counters has passed. */
const settlingMilliseconds = 60_000

function coverageText({ traffic, startedAt, now }: Status): string {
  const isSettling = Date.parse(now) - Date.parse(startedAt) < settlingMilliseconds
  return traffic.coverage === null && isSettling ? 'not yet' : coveredText(traffic.coverage)
}

/** The screen, at most 80 columns wide; long problems are wrapped to the canvas. */
export function statusText(status: Status, { columns, paint }: Canvas, inForce: readonly InForce[] = []): string {
  const { devices, links, flows, traffic, store, now } = status
  const facts = [status.as === null ? '' : `AS ${status.as}`, status.substrate ?? '', `Vagus ${status.version}`]
  const up = durationText((Date.parse(now) - Date.parse(status.startedAt)) / 1000)
  const ready = status.ready ? 'ready' : paint.warn('not ready')
  const head = [paint.strong(status.domain), ...facts.filter((fact) => fact !== ''), `up ${up}`, ready].join(' · ')
  const rows = [
    ['devices', devicesText(devices, paint)],
    ['links', linksText(links, paint)],
    ['sites', String(status.sites)],
    [
      'flows',
      flows.wanted === false && flows.lastAt === null
        ? 'none are wanted here'
        : `${perSecondText(flows.recordsPerSecond)} records/s · ${countText(flows.records)} in all · ${lostText(status, paint)} · last ${agoText(flows.lastAt, now)}`,
    ],
    [
      'traffic',
      `${rateText(traffic.bitsPerSecond)} · IPv6 ${shareText(traffic.ipv6Share)} · coverage ${coverageText(status)} · ${windowText(traffic.window, now)}`,
    ],
    [
      'store',
      store.state === 'unknown'
        ? paint.bad('does not answer')
        : `${storeState(store.state, paint)} · ${countText(store.records)} records · ${octetsText(store.octets)} · ${durationText(store.lagSeconds)} behind${refusedText(store, paint)} · oldest ${agoText(store.oldest, now)}`,
    ],
    ...[countersText(status.counters, paint)].flatMap((text) =>
      text === undefined ? [] : [['counters', text] as const],
    ),
    ...[linesText(status.lines, paint)].flatMap((text) => (text === undefined ? [] : [['lines', text] as const])),
    ...[inForceText(inForce, now)].flatMap((text) => (text === undefined ? [] : [['steering', text] as const])),
  ] as const
  const room = Math.min(columns, 100)
  const lines = rows.flatMap(([name, text]) => {
    const [first = '', ...more] = wrapped(text, room - 9)
    return [`${name.padEnd(9)}${first}`, ...more.map((line) => ' '.repeat(9) + line)]
  })
  return [head, '', ...lines, ...qualityLines(status.quality, room, paint)].join('\n')
}

function devicesText(devices: Status['devices'], paint: Canvas['paint']): string {
  if (devices.total === 0) return 'none configured'
  const silent = devices.silent === 0 ? '' : ` · ${paint.bad(`${devices.silent} silent`)}`
  return `${devices.exporting} of ${devices.total} exporting${silent}`
}

function linksText({ total, down, busiest }: Status['links'], paint: Canvas['paint']): string {
  const state = down === 0 ? 'none down' : paint.bad(`${down} down`)
  const used = busiest === null ? '' : ` · busiest ${busiest.name} at ${shareText(busiest.utilisation)}`
  return total === 0 ? 'none configured' : `${total} · ${state}${used}`
}

/** Of the devices; nothing where each tells its own. */
function countersText(counters: Status['counters'], paint: Canvas['paint']): string | undefined {
  if (counters === undefined || counters.snmp + counters.none === 0) return undefined
  const { sflow, snmp, none } = counters
  const without = none === 0 ? '' : ` · ${paint.warn(`${none} without`)}`
  return `of ${sflow} by sFlow or agent · of ${snmp} by SNMP${without}`
}

function linesText(lines: Status['lines'], paint: Canvas['paint']): string | undefined {
  if (lines === undefined) return undefined
  const { there, coming, missing } = lines
  const booked = coming === 0 ? '' : ` · ${coming} to come`
  return `${there} there${booked}${missing === 0 ? '' : ` · ${paint.bad(`${missing} not used, probes are lost`)}`}`
}

const lostText = ({ flows: { lost, records } }: Status, paint: Canvas['paint']): string =>
  lost === 0 ? 'none lost' : paintOf(lossGrade(lost / (lost + records)), paint)(`${countText(lost)} lost`)

const storeState = (state: Status['store']['state'], paint: Canvas['paint']): string =>
  state === 'ok' ? 'ok' : paint.bad(state === 'disk-full' ? 'disk full' : 'failed')

/** What the disk has not taken. */
function refusedText({ waiting, dropped }: Status['store'], paint: Canvas['paint']): string {
  const texts = [
    ...(waiting > 0 ? [`${countText(waiting)} wait in memory`] : []),
    ...(dropped > 0 ? [`${countText(dropped)} given up`] : []),
  ]
  return texts.map((text) => ` · ${paint.bad(text)}`).join('')
}

/** Each problem as two lines: what is wrong, and the fix. */
export function qualityLines(quality: readonly Quality[], room: number, paint: Canvas['paint']): string[] {
  if (quality.length === 0) return []
  const lines = quality.flatMap(({ severity, subject, problem, fix }) => {
    const mark = severity === 'error' ? paint.bad('error  ') : paint.warn('warning')
    const [first = '', ...more] = wrapped(printable(`${subject === '' ? unknown : subject}: ${problem}`), room - 9)
    const fixes = wrapped(printable(fix), room - 11)
    return [
      `${mark}  ${first}`,
      ...more.map((line) => ' '.repeat(9) + line),
      ...fixes.map((line, at) => `         ${at === 0 ? '→ ' : '  '}${paint.strong(line)}`),
    ]
  })
  return ['', ...lines]
}
