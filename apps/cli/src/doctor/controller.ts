/**
 * What the controller reports of itself and of its exporters.
 * @module
 */
import type { DeviceList, ExporterList, Quality, Status } from '@vagus/api'
import { coverageState } from '@vagus/api/coverage'
import { lossGrade, notableLoss } from '@vagus/api/thresholds'
import { wrongClocks } from '../clock-text.ts'
import { countText, durationText, octetsText, shareText } from '../format.ts'
import { version } from '../version.ts'
import { type Check, fail, ok, warn } from './check.ts'

export interface Answers {
  readonly status: Status
  readonly devices: DeviceList
  readonly exporters: ExporterList
  /** Where it takes flows and counters: the first is named to those who send none. */
  readonly flowListen: readonly string[]
  /** Seconds that the store took for a query, or why it did not answer. */
  readonly storeAnswer: { readonly seconds: number } | { readonly problem: string }
  /** Time of this machine when the status arrived, milliseconds since 1970. */
  readonly now: number
}

/** Above this, times of flows and of this machine cannot be compared. */
const skewMilliseconds = 2000
/** A query over minutes takes well under a second; at this speed one over hours times out. */
const slowAnswerSeconds = 2

export function controllerChecks(address: string, answers: Answers): readonly Check[] {
  const { status, devices, exporters } = answers
  const own = [
    stateCheck(address, status),
    versionCheck(status),
    clockCheck(answers),
    storeCheck(status),
    storeAnswerCheck(answers),
  ]
  const network = [
    silentCheck(devices, status.flows.wanted ?? true),
    samplingCheck(devices, exporters),
    exporterClockCheck(exporters),
    lossCheck(exporters),
  ]
  // The controller's own list may repeat the findings above: add only new ones.
  const rest = status.quality.filter(
    (item) => !network.some(({ kind, subjects }) => kind === item.kind && subjects.includes(item.subject)),
  )
  const more = rest.map(({ severity, subject, problem, fix }) =>
    (severity === 'error' ? fail : warn)('figures', `${subject}: ${problem}`, fix.replace(/^vagus doctor; /, '')),
  )
  return [...own, ...network.map(({ check }) => check), coverageCheck(answers), ...more]
}

/** A check whose findings the controller's own list may hold too. */
interface NetworkCheck {
  readonly check: Check
  readonly kind: Quality['kind']
  /** Names, as in that list, of those with a problem. */
  readonly subjects: readonly string[]
}

function stateCheck(address: string, { ready, domain, now, startedAt }: Status): Check {
  const up = durationText((Date.parse(now) - Date.parse(startedAt)) / 1000)
  if (ready) return ok('controller', `${address}: ${domain}, up ${up}`)
  return warn('controller', `${address} answers but is not ready`, 'vagus events   (a recent one has the reason)')
}

function versionCheck(status: Status): Check {
  if (status.version === version) return ok('version', version)
  const found = `controller ${status.version}, this command ${version}`
  return warn('version', found, 'use the same version on both ends; then: vagus version')
}

function clockCheck({ status, now }: Answers): Check {
  const skew = now - Date.parse(status.now)
  const size = Math.abs(skew) < 1000 ? `${Math.abs(skew)} ms` : durationText(Math.abs(skew) / 1000)
  const found = `${size} ${skew < 0 ? 'behind' : 'ahead of'} the controller`
  if (Math.abs(skew) <= skewMilliseconds) return ok('clock', found)
  return warn('clock', found, 'set both clocks by NTP: timedatectl set-ntp true')
}

function storeCheck({ store }: Status): Check {
  if (store.state === 'unknown') {
    const fix = 'vagus events; if it just started or its machine is busy, again in a minute: vagus doctor'
    return warn('store', 'it does not say how it is: its thread does not answer', fix)
  }
  const { waiting, dropped } = store
  const isRefused = waiting > 0 || dropped > 0
  const refused = `, ${countText(waiting)} records wait in memory, ${countText(dropped)} given up`
  const found = `${store.state}, ${octetsText(store.octets)}, ${durationText(store.lagSeconds)} behind${isRefused ? refused : ''}`
  if (store.state === 'ok' && dropped > 0) {
    return warn('store', found, 'the disk was full: give it more room, or lower store.maxOctets; vagus events')
  }
  if (store.state === 'ok') return ok('store', found)
  return fail(
    'store',
    found,
    store.state === 'disk-full' ? 'free disk space; it then resumes by itself' : 'vagus events',
  )
}

/** The store reports its state itself; only a query shows whether it gets to answer. */
function storeAnswerCheck({ storeAnswer }: Answers): Check {
  const fix =
    'what keeps its machine busy? top · windows up to 5 minutes without --filter need no store: vagus flow top --last 5m'
  if ('problem' in storeAnswer) return fail('store answers', storeAnswer.problem, fix)
  const found = `a filtered query over 5 minutes took ${durationText(storeAnswer.seconds)}`
  return storeAnswer.seconds <= slowAnswerSeconds ? ok('store answers', found) : warn('store answers', found, fix)
}

function silentCheck({ items }: DeviceList, wantsFlows: boolean): NetworkCheck {
  const of = (state: string): string[] => items.filter((device) => device.state === state).map(({ name }) => name)
  const [silent, undecoded, never] = [of('silent'), of('undecoded'), of('never')]
  const about = (check: Check): NetworkCheck => ({
    check,
    kind: 'silent',
    subjects: [...silent, ...undecoded, ...never],
  })
  if (!wantsFlows) return about(ok('exporters', 'no flows are wanted here'))
  if (items.length === 0) return about(warn('exporters', 'no devices configured', 'vagus cheat config'))
  if (silent.length + undecoded.length + never.length === 0)
    return about(ok('exporters', items.length === 1 ? 'the one device exports' : `all ${items.length} devices export`))
  const found = [
    ...(silent.length > 0 ? [`silent: ${silent.join(', ')}`] : []),
    ...(undecoded.length > 0 ? [`without a template: ${undecoded.join(', ')}`] : []),
    ...(never.length > 0 ? [`never seen: ${never.join(', ')}`] : []),
  ].join(' · ')
  const fix = 'vagus exporter ls · vagus cheat ipfix   (is its address the one in devices.address?)'
  return about(fail('exporters', found, fix))
}

/** Of those whose records have come since the controller started: before the first, no rate can be known. */
function samplingCheck({ items }: DeviceList, exporters: ExporterList): NetworkCheck {
  const told = new Set(exporters.items.flatMap(({ device, records }) => (records > 0 ? [device] : [])))
  const exporting = items.filter(({ state, name }) => state === 'exporting' && told.has(name))
  const without = exporting.filter(({ samplingRate }) => samplingRate === null).map(({ name }) => name)
  const about = (check: Check): NetworkCheck => ({ check, kind: 'sampling', subjects: without })
  if (without.length === 0)
    return about(ok('sampling', exporting.length === 0 ? 'nothing to check' : 'every rate is known'))
  const fix = 'devices.samplingRate: 1 if they see every packet'
  return about(warn('sampling', `rate unknown: ${without.join(', ')}`, fix))
}

function exporterClockCheck({ items }: ExporterList): NetworkCheck {
  const all = items.map(({ device, address, clock }) => ({ name: device ?? address, clock }))
  const found = wrongClocks(all)
  const check =
    found === undefined
      ? ok('exporter clocks', 'none is off by a minute')
      : warn(
          'exporter clocks',
          `${found}; times of flows are corrected`,
          'set them by NTP; vagus status says where a clock is right and only flows are dated wrongly',
        )
  return { check, kind: 'clock', subjects: all.filter(({ clock }) => clock?.isWrong).map(({ name }) => name) }
}

function lossCheck({ items }: ExporterList): NetworkCheck {
  const losing = items.filter(({ lost }) => lossGrade(lost.share) === 'bad')
  if (losing.length === 0) {
    return { check: ok('loss', `below ${shareText(notableLoss)} for every exporter`), kind: 'loss', subjects: [] }
  }
  const worst = losing.reduce((a, b) => (b.lost.share > a.lost.share ? b : a))
  const name = worst.device ?? worst.address
  const found = `${shareText(worst.lost.share)} of ${name}'s ${worst.lost.unit} lost within the last hour`
  const fix = 'vagus events   (overflow here: raise flow.receiveBuffer; else look at the path)'
  return { check: fail('loss', found, fix), kind: 'loss', subjects: [name] }
}

function coverageCheck({ status: { traffic, flows }, devices: { items }, flowListen: [collector] }: Answers): Check {
  const { coverage } = traffic
  if (coverage === null) {
    if (items.some(({ counters }) => counters))
      return ok('coverage', 'unknown yet: no flows on an interface whose counters arrive')
    if (flows.wanted === false) return ok('coverage', 'nothing to check')
    const sends = `vagus device --collector ${collector ?? 'ADDRESS:PORT'}`
    return ok('coverage', `unknown: no interface counters arrive (${sends} sends them; vagus cheat snmp asks for them)`)
  }
  const found = `flows saw ${shareText(coverage)} of what interface counters saw`
  const state = coverageState(coverage)
  if (state === 'fine') return ok('coverage', found)
  const fix =
    state === 'low'
      ? 'vagus device ls   (which device exports too little?)'
      : 'vagus config explain devices.samplingRate'
  return warn('coverage', found, fix)
}
