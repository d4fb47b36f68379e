/**
 * Vehicles that drive through cells and dead spots keep their orders: a dispatcher and vehicles with messages of VDA 5050,
 * over Vagus and at the same times in the same network over MQTT.
 * @module
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LabError } from '../errors.ts'
import { runForReport } from '../outside/run-for-report.ts'
import { checkPrograms, findSubstrate, toolPath } from '../outside/substrate.ts'
import { provenanceNow } from '../provenance.ts'
import { maxVehicles } from './network.ts'
import { peerNames } from './peers.ts'
import type { InsideOptions, InsideReport, VehiclesReport } from './report.ts'

export interface VehiclesOptions {
  /** 1..32; default 8. */
  readonly vehicles?: number
  /** For which orders are given, 5..3600; default 60. */
  readonly seconds?: number
  /** The same seed, the same drives; default 1. */
  readonly seed?: number
  /** Milliseconds, 500..8000, the default. */
  readonly longestDeadSpot?: number
  /** `vagus`: nothing beside it. Default `all`. */
  readonly peers?: 'all' | 'vagus'
  /** What happens, for people. */
  readonly onNews?: ((news: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const main = resolve(import.meta.dirname, 'inside/main.ts')

/** Throws `LabError`; the signal's reason. */
export async function vehicles({
  vehicles: count = 8,
  seconds = 60,
  seed = 1,
  longestDeadSpot = 8000,
  peers = 'all',
  onNews,
  signal,
}: VehiclesOptions = {}): Promise<VehiclesReport> {
  check('vehicles', count, 1, maxVehicles)
  check('seconds', seconds, 5, 3600)
  check('longest dead spot', longestDeadSpot, 500, 8000)
  const substrate = findSubstrate()
  checkPrograms([])
  const missing = peers === 'all' ? missingPrograms() : null
  if (missing !== null) onNews?.(`without MQTT beside it: ${missing}`)
  const folder = mkdtempSync(join(tmpdir(), 'vagus-vehicles-'))
  const provenance = provenanceNow() // of the start: whoever works here meanwhile may commit
  const plan = { lasts: seconds * 1000, seed, longestDeadSpot }
  const wanted = peers === 'all' && missing === null ? peerNames : (['vagus'] as const)
  try {
    const options: InsideOptions = { ...plan, vehicles: count, peers: wanted, folder }
    const report = await runForReport<InsideReport>(substrate, { main, options, onNews, signal })
    return {
      provenance,
      substrate: substrate.name,
      loadavg: loadavg(),
      ...plan,
      vehicles: count,
      missing,
      ...report,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function check(what: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) throw new LabError('usage', `${what} must be ${least}..${most}, got ${value}`)
}

const programs = { mosquitto: 'mosquitto', mosquitto_sub: 'mosquitto-clients', ss: 'iproute2' } as const

/** What MQTT lacks here, with the command that installs it; null: nothing. */
function missingPrograms(): string | null {
  const has = (name: string): boolean => toolPath.split(':').some((folder) => existsSync(join(folder, name)))
  const missing = Object.entries(programs).flatMap(([name, from]) => (has(name) ? [] : [from]))
  if (missing.length === 0) return null
  const names = missing.join(' ')
  return `it needs ${names}; type, as root: apt-get install -y --no-install-recommends ${names}`
}
