/** All that `vagus check` can be asked, by name. @module */
import type { LinkList, SessionList, Status } from '@vagus/api'
import type { AuditHead } from '@vagus/api/audit'
import { pairsOf, pairState, pathInUse } from '@vagus/api/session-pairs'
import { loadGrade } from '@vagus/api/thresholds'
import { diskOf } from '../commands/doctor.ts'
import { askController } from '../doctor/ask.ts'
import { auditChecks } from '../doctor/audit.ts'
import { type Check, fail, warn } from '../doctor/check.ts'
import { controllerChecks } from '../doctor/controller.ts'
import { directPathChecks } from '../doctor/direct-paths.ts'
import { askIntents, intentChecks } from '../doctor/intents.ts'
import { diskCheck } from '../doctor/machine.ts'
import { askFleets, fleetChecks } from '../doctor/rosters.ts'
import { countOf, octetsText, shareText } from '../format.ts'
import type { Probe } from './probe.ts'

const named = (checks: readonly Check[], ...names: readonly string[]): readonly Check[] =>
  checks.filter(({ check }) => names.includes(check))

const day = 86_400_000

export const probes = {
  controller: {
    figure: 'seconds that an answer took',
    async ask(client) {
      const asked = performance.now()
      const answers = await askController(client)
      const seconds = (performance.now() - asked) / 1000
      const { domain, version, startedAt, now } = answers.status
      const checks = named(controllerChecks(client.address.text, answers), 'controller', 'version', 'clock')
      const up = (Date.parse(now) - Date.parse(startedAt)) / 1000
      return {
        checks,
        text: `${domain} is ready, Vagus ${version}`,
        figures: [
          { label: 'time', value: seconds, unit: 's', min: 0 },
          { label: 'uptime', value: up, unit: 's', min: 0 },
        ],
      }
    },
  },
  store: {
    figure: 'octets free on its disk',
    async ask(client) {
      const answers = await askController(client)
      const { store } = answers.status
      const disk = diskOf(answers)
      const isKnown = store.state !== 'unknown'
      const known = (value: number): number | null => (isKnown ? value : null)
      return {
        checks: [
          ...named(controllerChecks(client.address.text, answers), 'store', 'store answers'),
          ...(disk === undefined ? [] : [diskCheck(disk, answers.config.store.maxOctets)]),
        ],
        text: `${store.state}, ${octetsText(store.octets)}${disk === undefined ? '' : `, ${octetsText(disk.freeOctets)} free`}`,
        figures: [
          { label: 'free', value: disk?.freeOctets ?? null, unit: 'B', min: 0 },
          { label: 'size', value: known(store.octets), unit: 'B', min: 0, max: answers.config.store.maxOctets },
          { label: 'behind', value: known(store.lagSeconds), unit: 's', min: 0 },
          { label: 'waiting', value: known(store.waiting), unit: '', min: 0 },
          { label: 'dropped', value: known(store.dropped), unit: 'c', min: 0 },
        ],
      }
    },
  },
  exporters: {
    figure: 'devices that do not export',
    async ask(client) {
      const answers = await askController(client)
      const { items } = answers.devices
      const exporting = items.filter(({ state }) => state === 'exporting').length
      const lost = Math.max(0, ...answers.exporters.items.map((one) => one.lost.share ?? 0))
      const names = ['exporters', 'sampling', 'exporter clocks', 'loss'] as const
      return {
        checks: named(controllerChecks(client.address.text, answers), ...names),
        text: `${exporting} of ${countOf(items.length, 'device')} export`,
        figures: [
          { label: 'silent', value: items.length - exporting, unit: '', min: 0, max: items.length },
          { label: 'exporting', value: exporting, unit: '', min: 0, max: items.length },
          { label: 'lost', value: lost * 100, unit: '%', min: 0, max: 100 },
          { label: 'records', value: answers.status.flows.records, unit: 'c', min: 0 },
        ],
      }
    },
  },
  links: {
    figure: 'percent of the busiest link in use',
    async ask(client) {
      const list = await client.get<LinkList>('LinkList', '/v1/links', { last: '1m' })
      const down = list.items.filter(({ state }) => state === 'down').map(({ name }) => name)
      const used = list.items
        .map(({ name, aToZ, zToA }) => ({ name, share: Math.max(aToZ.utilisation ?? -1, zToA.utilisation ?? -1) }))
        .filter(({ share }) => share >= 0)
        .toSorted((a, b) => b.share - a.share)
      const [busiest] = used
      const busy = busiest === undefined ? 'no load known' : `busiest ${busiest.name} at ${shareText(busiest.share)}`
      return {
        checks: [
          ...(down.length === 0 ? [] : [fail('links', `down: ${down.join(', ')}`, 'vagus link ls')]),
          ...busyChecks(used),
        ],
        text: `${countOf(list.items.length, 'link')}, ${down.length} down, ${busy}`,
        figures: [
          { label: 'busiest', value: busiest === undefined ? null : busiest.share * 100, unit: '%', min: 0 },
          { label: 'down', value: down.length, unit: '', min: 0, max: list.items.length },
        ],
      }
    },
  },
  sessions: {
    figure: 'sessions between agents that are silent',
    async ask(client) {
      const { items } = await client.get<SessionList>('SessionList', '/v1/sessions')
      const pairs = pairsOf(items)
      const silent = pairs.filter((pair) => pairState(pair) === 'silent')
      const relayed = pairs.filter(({ view }) => pathInUse(view)?.kind === 'relay').length
      const which = silent
        .slice(0, 3)
        .map(({ view: { agent, peer } }) => `${agent.name ?? agent.id} and ${peer.name ?? peer.id}`)
      return {
        checks: [
          ...(silent.length === 0
            ? []
            : [warn('sessions', `${silent.length} silent: ${which.join(', ')}`, 'vagus session ls')]),
          ...directPathChecks(items),
        ],
        text: `${countOf(pairs.length, 'session')}, ${silent.length} silent, ${relayed} through a relay`,
        figures: [
          { label: 'silent', value: silent.length, unit: '', min: 0, max: pairs.length },
          { label: 'sessions', value: pairs.length, unit: '', min: 0 },
          { label: 'relayed', value: relayed, unit: '', min: 0, max: pairs.length },
        ],
      }
    },
  },
  record: {
    figure: 'events in it',
    async ask(client) {
      const head = await client.get<AuditHead>('AuditHead', '/v1/audit/head')
      const { after, last, signedBy } = head
      return {
        checks: auditChecks(head),
        text: `its newest events follow each other up to ${last.id}, ${signedBy === null ? 'unsigned' : 'signed'}`,
        figures: [
          { label: 'events', value: last.id - after.id, unit: '', min: 0 },
          { label: 'last', value: last.id, unit: 'c', min: 0 },
        ],
      }
    },
  },
  rosters: {
    figure: 'days until the first roster of a fleet expires',
    async ask(client) {
      const [status, fleets] = [
        await client.getPlain<Pick<Status, 'now' | 'startedAt'>>('/v1/status'),
        await askFleets(client),
      ]
      const now = Date.parse(status.now)
      const days = fleets.rosters.map(({ expiresAt }) => (Date.parse(expiresAt) - now) / day)
      const checks = fleetChecks(fleets, status)
      return {
        checks,
        text: fleets.rosters.length === 0 ? 'no fleet has a roster here' : (checks[0]?.found ?? ''),
        figures: [
          { label: 'days', value: days.length === 0 ? null : Math.min(...days), unit: '' },
          { label: 'fleets', value: days.length, unit: '', min: 0 },
        ],
      }
    },
  },
  intents: {
    figure: 'intents that are not met',
    async ask(client) {
      const { config, status } = await askController(client)
      const list = await askIntents(client, status)
      const { total = 0, unmet = 0 } = status.intents ?? {}
      const devices = config.devices.flatMap(({ name, id }) => (id === undefined ? [] : [name]))
      return {
        checks: intentChecks(list, devices, status),
        text: list === undefined ? 'nobody’s intents are obeyed' : `${countOf(total, 'intent')}, ${unmet} not met`,
        figures: [
          { label: 'unmet', value: unmet, unit: '', min: 0, max: total },
          { label: 'total', value: total, unit: '', min: 0 },
        ],
      }
    },
  },
} as const satisfies Readonly<Record<string, Probe>>

/** As tables and the page mark them. */
function busyChecks(used: readonly { readonly name: string; readonly share: number }[]): readonly Check[] {
  return used.flatMap(({ name, share }) => {
    const grade = loadGrade(share)
    if (grade === 'plain') return []
    return [(grade === 'bad' ? fail : warn)('links', `${name} at ${shareText(share)}`, `vagus link show ${name}`)]
  })
}

export type ProbeName = keyof typeof probes
export const probeNames = Object.keys(probes) as readonly ProbeName[]
