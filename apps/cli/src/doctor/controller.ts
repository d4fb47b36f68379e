/**
 * What the controller says of itself and of its exporters.
 * @module
 */
import type { DeviceList, ExporterList, Status } from '@vagus/api'
import { coverageState } from '@vagus/api/coverage'
import { wrongClocks } from '../clock-text.ts'
import { durationText, octetsText, shareText } from '../format.ts'
import { version } from '../version.ts'
import { type Check, fail, ok, warn } from './check.ts'

export interface Answers {
  readonly status: Status
  readonly devices: DeviceList
  readonly exporters: ExporterList
  /** How long the store took to answer a question, in seconds; or why it did not. */
  readonly storeAnswer: { readonly seconds: number } | { readonly problem: string }
  /** This machine's time when the status arrived, milliseconds since 1970. */
  readonly now: number
}

/** More and times of flows and of this machine cannot be compared. */
const skewMilliseconds = 2000
/** A question about minutes takes well under a second; after this, one about hours is given up. */
const slowAnswerSeconds = 2
/** Lost records above this share show in every figure. */
const lossShare = 0.01

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
    silentCheck(devices),
    samplingCheck(devices),
    exporterClockCheck(exporters),
    lossCheck(exporters),
    coverageCheck(status, devices),
  ]
  const said = new Set([...own, ...network].filter(({ state }) => state !== 'ok').map(({ found }) => found))
  // The controller's own list may name what was found above; only what is new is added.
  const rest = status.quality.filter(({ subject }) => ![...said].some((found) => found.includes(subject)))
  const more = rest.map(({ severity, subject, problem, fix }) =>
    severity === 'error'
      ? fail('figures', `${subject}: ${problem}`, fix)
      : warn('figures', `${subject}: ${problem}`, fix),
  )
  return [...own, ...network, ...more]
}

function stateCheck(address: string, { ready, domain, now, startedAt }: Status): Check {
  const up = durationText((Date.parse(now) - Date.parse(startedAt)) / 1000)
  if (ready) return ok('controller', `${address}: ${domain}, up ${up}`)
  return warn('controller', `${address} answers but is not ready`, 'vagus events   (the reason is among the latest)')
}

function versionCheck(status: Status): Check {
  if (status.version === version) return ok('version', version)
  const found = `controller ${status.version}, this command ${version}`
  return warn('version', found, 'use the same on both ends; then: vagus version')
}

function clockCheck({ status, now }: Answers): Check {
  const skew = now - Date.parse(status.now)
  const size = Math.abs(skew) < 1000 ? `${Math.abs(skew)} ms` : durationText(Math.abs(skew) / 1000)
  const found = `${size} ${skew < 0 ? 'behind' : 'ahead of'} the controller`
  if (Math.abs(skew) <= skewMilliseconds) return ok('clock', found)
  return warn('clock', found, 'set both clocks by NTP: timedatectl set-ntp true')
}

function storeCheck({ store }: Status): Check {
  const found = `${store.state}, ${octetsText(store.octets)}, ${durationText(store.lagSeconds)} behind`
  if (store.state === 'ok') return ok('store', found)
  return fail('store', found, store.state === 'disk-full' ? 'free disk space; it goes on by itself' : 'vagus events')
}

/** The state of the store is what it says of itself; whether it gets to answer shows only when it is asked. */
function storeAnswerCheck({ storeAnswer }: Answers): Check {
  const fix =
    'what keeps its machine busy? top · up to 5 minutes without --filter need no store: vagus flow top --last 5m'
  if ('problem' in storeAnswer) return fail('store answers', storeAnswer.problem, fix)
  const found = `a question with a filter about 5 minutes after ${durationText(storeAnswer.seconds)}`
  return storeAnswer.seconds <= slowAnswerSeconds ? ok('store answers', found) : warn('store answers', found, fix)
}

function silentCheck({ items }: DeviceList): Check {
  const of = (state: string): string[] => items.filter((device) => device.state === state).map(({ name }) => name)
  const [silent, never] = [of('silent'), of('never')]
  if (items.length === 0) return warn('exporters', 'no devices configured', 'vagus cheat config')
  if (silent.length + never.length === 0)
    return ok('exporters', items.length === 1 ? 'the one device exports' : `all ${items.length} devices export`)
  const found = [
    ...(silent.length > 0 ? [`silent: ${silent.join(', ')}`] : []),
    ...(never.length > 0 ? [`never seen: ${never.join(', ')}`] : []),
  ].join(' · ')
  return fail(
    'exporters',
    found,
    'vagus exporter ls · vagus cheat ipfix   (is its address the one in devices.address?)',
  )
}

function samplingCheck({ items }: DeviceList): Check {
  const exporting = items.filter(({ state }) => state === 'exporting')
  const without = exporting.filter(({ samplingRate }) => samplingRate === null).map(({ name }) => name)
  if (without.length === 0) return ok('sampling', exporting.length === 0 ? 'nothing to check' : 'every rate is known')
  return warn('sampling', `rate not known: ${without.join(', ')}`, 'devices.samplingRate: 1 if they see every packet')
}

function exporterClockCheck({ items }: ExporterList): Check {
  const found = wrongClocks(items.map(({ device, address, clock }) => ({ name: device ?? address, clock })))
  if (found === undefined) return ok('exporter clocks', 'none is off by a minute')
  return warn('exporter clocks', `${found}; times of flows are set right by that`, 'set them by NTP')
}

function lossCheck({ items }: ExporterList): Check {
  const losing = items.filter(({ lost }) => lost.share > lossShare)
  if (losing.length === 0) return ok('loss', `below ${shareText(lossShare)} for every exporter`)
  const worst = losing.reduce((a, b) => (b.lost.share > a.lost.share ? b : a))
  const found = `${shareText(worst.lost.share)} of ${worst.device ?? worst.address}'s ${worst.lost.unit} lost within the last hour`
  return warn('loss', found, 'vagus events   (overflow here: raise flow.receiveBuffer; else look at the path)')
}

function coverageCheck({ traffic: { coverage } }: Status, { items }: DeviceList): Check {
  if (coverage === null)
    return items.some(({ counters }) => counters)
      ? ok('coverage', 'not known yet: no flows on an interface whose counters arrive')
      : ok('coverage', 'not known: no interface counters (vagus device sends them)')
  const found = `flows saw ${shareText(coverage)} of what interface counters saw`
  const state = coverageState(coverage)
  if (state === 'fine') return ok('coverage', found)
  const fix =
    state === 'low' ? 'vagus device ls   (who exports too little?)' : 'vagus config explain devices.samplingRate'
  return warn('coverage', found, fix)
}
