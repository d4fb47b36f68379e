/**
 * A host moves between access routers with one IPv6 address: real FRR and BIRD, a plain TCP stream, and 100 datagrams a
 * second. Beside it, at the same times, the same without Vagus, and a host that moves within one LAN, whose switch learns
 * from unsolicited neighbour advertisements.
 * @module
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LabError } from '../errors.ts'
import { runForReport } from '../outside/run-for-report.ts'
import { checkPrograms, findSubstrate, toolPath } from '../outside/substrate.ts'
import { provenanceNow } from '../provenance.ts'
import { inRecording } from '../record/folder.ts'
import type { RecordOptions } from '../record/layout.ts'
import type { MoveKind } from './evaluate.ts'
import { type EdgeName, edges as allEdges, linkCommands, nodeCommands, nodes } from './network.ts'
import type { InsideOptions, InsideReport, WiredReport } from './report.ts'

export interface WiredOptions {
  readonly moves: number
  readonly how: MoveKind | 'mixed'
  /** Milliseconds between moves, 1000..60,000; default 2500. */
  readonly interval?: number
  /** The same seed gives the same moves. */
  readonly seed: number
  /** Access routers, two at least; default all four. */
  readonly edges?: readonly EdgeName[]
  /** Captures and the result in a folder; default: none. */
  readonly record?: RecordOptions | undefined
  /** What happens, for people. */
  readonly onNews?: ((news: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const usualInterval = 2500
const main = resolve(import.meta.dirname, 'inside/main.ts')

/** Throws `LabError`; the signal's reason. */
export async function wired({
  moves,
  how,
  interval = usualInterval,
  seed,
  edges = allEdges,
  record,
  onNews,
  signal,
}: WiredOptions): Promise<WiredReport> {
  if (!(interval >= 1000 && interval <= 60_000))
    throw new LabError('usage', `moves are 1 s to 60 s apart, got ${interval / 1000} s`)
  const substrate = findSubstrate()
  checkPrograms([])
  if (!toolPath.split(':').some((folder) => existsSync(join(folder, 'bird'))))
    throw new LabError('missing-program', 'the scenario needs BIRD; type, as root: apt-get install -y bird2')
  const folder = mkdtempSync(join(tmpdir(), 'vagus-wired-'))
  const provenance = provenanceNow()
  const network = {
    nodes,
    links: linkCommands(),
    commands: Object.fromEntries(nodes.map((one) => [one, nodeCommands(one)])),
  }
  const about = { provenance, substrate: substrate.name, moves, how, interval, seed, edges, network }
  try {
    return await inRecording(record, { scenario: 'wired', namespaces: nodes.length, about }, async (made) => {
      const options: InsideOptions = { moves, how, interval, seed, edges, folder, record: made }
      const lastWord = (): string => lastLog(folder)
      const report = await runForReport<InsideReport>(substrate, { main, options, onNews, lastWord, signal })
      return { provenance, substrate: substrate.name, loadavg: loadavg(), ...report }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function lastLog(folder: string): string {
  const path = join(folder, 'pe-1.device.log')
  return existsSync(path) ? (readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? '') : 'without a word'
}
