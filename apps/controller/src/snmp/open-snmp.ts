/** The counters of routers that are asked for them: into the tables, and the indices that they tell into the domain. @module */
import type { CollectorThread } from '../collector/collector-thread.ts'
import { collectorDomain } from '../collector/open-collector.ts'
import { type Core, keepIndices, newDomain } from '../core.ts'
import { neededOf } from '../domain/learned-indices.ts'
import { secretsOf } from './secrets.ts'
import { SnmpDesk } from './snmp-desk.ts'

/** What several routers tell at once is learned at once, milliseconds: each time the domain is made anew. */
const learnAfter = 2000

export interface OpenedSnmp {
  readonly desk: SnmpDesk
  /** Takes over what the configuration in use says. */
  refresh(): void
}

export function openSnmp({
  state,
  control,
  tell,
  report,
  opened,
  collector,
}: Core & { readonly collector: CollectorThread }): OpenedSnmp {
  const told = new Map<string, ReadonlyMap<string, number>>()
  let timer: NodeJS.Timeout | undefined
  const desk = new SnmpDesk({
    secretsOf,
    // The library is loaded where somebody is asked.
    openSession: async (target, secrets) => new (await import('./session.ts')).SnmpSession(target, secrets),
    onReadings: (readings) => state.addCounters(readings),
    onIndices(device, indices) {
      told.set(device, indices)
      timer ??= setTimeout(learn, learnAfter)
    },
    tell,
    now: Date.now,
  })
  opened.defer(() => {
    clearTimeout(timer)
    desk.stop()
  })
  refresh()
  return { desk, refresh }

  function refresh(): void {
    const { given, directory } = state
    desk.set(given, new Map(given.devices.map((device) => [device.name, directory.addressOf(device)])))
  }

  function learn(): void {
    timer = undefined
    const merged = new Map(state.indices)
    for (const [device, indices] of told) merged.set(device, withNews(state.indices.get(device), indices))
    told.clear()
    const indices = neededOf(state.given, merged)
    if (isSame(indices, state.indices)) return
    try {
      keepIndices({ control }, indices)
    } catch (error) {
      report(`the indices of interfaces could not be written down: ${String(error)}`)
    }
    state.learnIndices(indices, (config) => newDomain(control, config))
    collector.setDomain(collectorDomain(state))
  }
}

/** A name that was not told keeps its index, until another name is told to have it. */
function withNews(before: ReadonlyMap<string, number> = new Map(), news: ReadonlyMap<string, number>) {
  const taken = new Set(news.values())
  return new Map([...[...before].filter(([, index]) => !taken.has(index)), ...news])
}

const isSame = (one: ReadonlyMap<string, ReadonlyMap<string, number>>, other: typeof one): boolean =>
  one.size === other.size &&
  [...one].every(([device, indices]) => {
    const before = other.get(device)
    return before?.size === indices.size && [...indices].every(([name, index]) => before.get(name) === index)
  })
