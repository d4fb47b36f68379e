/**
 * A host moves between access routers with one IPv6 address: real FRR and BIRD, a plain TCP stream, and 100 datagrams a
 * second. Beside it, at the same times, the same without Vagus, and a host that moves within one LAN, whose switch learns
 * from unsolicited neighbour advertisements.
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { LabError } from '../errors.ts'
import { initScript } from '../outside/init-script.ts'
import { cleanEnvironment } from '../outside/namespaces.ts'
import { checkPrograms, findSubstrate, toolPath } from '../outside/substrate.ts'
import { provenanceNow } from '../provenance.ts'
import type { MoveKind } from './evaluate.ts'
import { type EdgeName, edges as allEdges } from './network.ts'
import type { Inside, InsideOptions, WiredReport } from './report.ts'

export interface WiredOptions {
  readonly moves: number
  readonly how: MoveKind | 'mixed'
  /** Milliseconds between moves, 1000..60,000; default 2500. */
  readonly interval?: number
  /** The same seed gives the same moves. */
  readonly seed: number
  /** Access routers, two at least; default all four. */
  readonly edges?: readonly EdgeName[]
  /** What happens, for people. */
  readonly onNews?: (news: string) => void
  readonly signal?: AbortSignal
}

const usualInterval = 2500

/** Throws `LabError`; the signal's reason. */
export async function wired({
  moves,
  how,
  interval = usualInterval,
  seed,
  edges = allEdges,
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
  try {
    const report = await inside({ moves, how, interval, seed, edges, folder }, substrate.options, { onNews, signal })
    return { provenance, substrate: substrate.name, loadavg: loadavg(), ...report }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Watching {
  readonly onNews: WiredOptions['onNews'] | undefined
  readonly signal: AbortSignal | undefined
}

/** The namespaces end with their first process, and with them everything in there. */
async function inside(options: InsideOptions, unshare: readonly string[], { onNews, signal }: Watching) {
  const main = resolve(import.meta.dirname, 'inside/main.ts')
  const checkout = resolve(import.meta.dirname, '../../../..')
  const script = initScript([options.folder, checkout, dirname(process.execPath)])
  const command = ['sh', '-c', script, 'lab', process.execPath, main, JSON.stringify(options)]
  const child = spawn('unshare', [...unshare, '--', ...command], {
    detached: true, // Ctrl-C of the terminal reaches the caller only
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(),
    cwd: '/',
  })
  let errors = ''
  child.stderr.on('data', (octets: Buffer) => (errors = (errors + octets.toString()).slice(-4000)))
  const abort = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', abort, { once: true })
  let report: Extract<Inside, { type: 'report' }>['report'] | undefined
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    const said = JSON.parse(line) as Inside
    if (said.type === 'news') onNews?.(said.text)
    else if (said.type === 'step') onNews?.(`${said.step} (${said.seconds.toFixed(1)} s)`)
    else report = said.report
  })
  try {
    await once(child, 'close')
  } finally {
    signal?.removeEventListener('abort', abort)
  }
  signal?.throwIfAborted()
  if (report !== undefined) return report
  throw new LabError('failed', `the scenario ended without a result: ${errors.trim() || lastLog(options.folder)}`)
}

function lastLog(folder: string): string {
  const path = join(folder, 'pe-1.device.log')
  return existsSync(path) ? (readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? '') : 'without a word'
}
