/**
 * A stream that a moving agent reads: the writer of the topology `roam` streams numbered parts of an A2A task, the reader
 * reads them while it moves between its networks. Programs are the same stock ones either way; they talk over Vagus by
 * their side-cars, and at the same time, in the same network, over plain HTTPS.
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { release } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { LabError } from '../errors.ts'
import type { LabReference, LabState, LabStep, LabUp, Move } from '../lab.ts'
import { labMove } from '../outside/fault.ts'
import { shellCommand } from '../outside/shell.ts'
import { labUp } from '../outside/up.ts'
import { type CertificateFiles, writeCertificate } from './certificate.ts'
import { evaluate, type MoveTime, type Outcome } from './evaluate.ts'
import type { Reading } from './reading.ts'
import { type Schedule, scheduleOf } from './schedule.ts'

export interface RoamOptions extends Pick<LabReference, 'home'> {
  readonly moves: number
  readonly how: Move['how'] | 'mixed'
  readonly seed: number
  readonly onStep?: (step: LabStep) => void
  /** Hears of each move when it is made. */
  readonly onMove?: (made: number, of: number) => void
  readonly signal?: AbortSignal
}

export interface RoamReport {
  /** Of Vagus; null outside a checkout. */
  readonly commit: string | null
  readonly seed: number
  readonly kernel: string
  readonly substrate: LabState['substrate']
  readonly moves: number
  readonly how: RoamOptions['how']
  /** Milliseconds between two parts. */
  readonly interval: number
  readonly sent: number
  /** The A2A SDK alone, over HTTPS. */
  readonly https: Outcome
}

/** Milliseconds. */
const interval = 20
const httpsPort = 8443
const localPort = 9000
/** How long the readers may take after the writer's last part. */
const patience = 60_000

/** Brings up the lab `roam`, lets the reader move, and takes the lab down again. Throws `LabError`; the signal's reason. */
export async function roam(options: RoamOptions): Promise<RoamReport> {
  const { moves, how, seed, home, onStep, signal } = options
  const where = { name: 'roam', ...(home !== undefined && { home }) }
  const lab = await labUp({
    ...where,
    topology: 'roam',
    mode: 'attached',
    programs: [],
    traffic: { seed },
    ...(onStep !== undefined && { onStep }),
    ...(signal !== undefined && { signal }),
  })
  try {
    const schedule = scheduleOf(moves, how, seed)
    const sent = Math.ceil(schedule.lasts / interval)
    const { readings, moved } = await stream(lab, where, schedule, sent, options)
    return {
      commit: commitOf(),
      seed,
      kernel: release(),
      substrate: lab.substrate,
      moves: moved.length,
      how,
      interval,
      sent,
      https: evaluate(readings, moved, sent),
    }
  } finally {
    await lab.down()
  }
}

async function stream(
  lab: LabUp,
  where: LabReference,
  schedule: Schedule,
  sent: number,
  { onMove, signal }: RoamOptions,
): Promise<{ readonly readings: readonly Reading[]; readonly moved: readonly MoveTime[] }> {
  const address = lab.agents.find(({ name }) => name === 'writer')!.networks[0]!.addresses.v4
  const files = await writeCertificate(join(lab.folder, 'roam'), address)
  await startWriter(where, address, files)
  const reader = await startReader(where, `https://${address}:${httpsPort}`, sent, files)
  const started = performance.now()
  const moved: MoveTime[] = []
  for (const { after, how } of schedule.moves) {
    await sleep(Math.max(0, started + after - performance.now()), undefined, signal === undefined ? {} : { signal })
    const began = Date.now()
    await labMove({ agent: 'reader', network: moved.length % 2 === 0 ? '5g' : 'wifi', how }, where)
    moved.push({ how, began })
    onMove?.(moved.length, schedule.moves.length)
  }
  const late = sleep(schedule.lasts - (performance.now() - started) + patience, 'late', { ref: false })
  if ((await Promise.race([reader.over, late])) === 'late') {
    throw new LabError('failed', `the reader did not get to the end; it said ${JSON.stringify(reader.readings.at(-1))}`)
  }
  return { readings: reader.readings, moved }
}

const program = (name: string): string => resolve(import.meta.dirname, name, 'main.ts')

async function onNode(
  where: LabReference,
  node: string,
  command: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<ChildProcess> {
  const [file, ...args] = await shellCommand(node, command, where)
  return spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } })
}

/** Settles when it listens. */
async function startWriter(where: LabReference, address: string, files: CertificateFiles): Promise<void> {
  const outside = `${address}:${httpsPort}`
  const words = [program('writer'), String(localPort), outside, files.certificate, files.key]
  const writer = await onNode(where, 'writer', [process.execPath, ...words])
  const lines = createInterface({ input: writer.stdout! })
  await new Promise<void>((resolve, reject) => {
    lines.once('line', () => resolve())
    writer.once('exit', (code) => reject(new LabError('failed', `the writer ended with ${code}`)))
  })
}

async function startReader(
  where: LabReference,
  url: string,
  sent: number,
  { certificate }: CertificateFiles,
): Promise<{ readonly readings: readonly Reading[]; readonly over: Promise<void> }> {
  const command = [process.execPath, program('reader'), url, String(sent), String(interval)]
  const reader = await onNode(where, 'reader', command, { NODE_EXTRA_CA_CERTS: certificate })
  const readings: Reading[] = []
  createInterface({ input: reader.stdout! }).on('line', (line) => readings.push(JSON.parse(line) as Reading))
  return { readings, over: new Promise((resolve) => reader.once('close', () => resolve())) }
}

function commitOf(): string | null {
  try {
    const checkout = import.meta.dirname
    return execFileSync('git', ['-C', checkout, 'rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim()
  } catch {
    return null
  }
}
