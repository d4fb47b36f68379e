/** Programs that the scenario `line` runs: on the hosts of sites and on routers, and the commands that an operator would type. @module */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { LabError } from '../errors.ts'
import { vagus } from '../inside/programs.ts'
import type { LabReference } from '../lab.ts'
import { pause } from '../scenario.ts'
import { shellCommand } from '../outside/shell.ts'
import { toolPath } from '../outside/substrate.ts'
import type { LoadOptions } from './load/main.ts'
import type { Probe, ProberOptions } from './probe.ts'
import type { Arrived } from './sink/main.ts'

const run = promisify(execFile)
const environment = { ...process.env, PATH: toolPath }
/** Octets that a program may print. */
const maxOutput = 16 * 1024 * 1024
const program = (name: string): string => resolve(import.meta.dirname, name, 'main.ts')

/** Ends with the lab at the latest. */
export interface Running {
  readonly stop: () => void
}

/** What a program on a node prints. Rejects when it does not end well. */
export async function output(where: LabReference, node: string, command: readonly string[]): Promise<string> {
  const [file, ...args] = await shellCommand(node, command, where)
  return (await run(file, args, { env: environment, maxBuffer: maxOutput })).stdout
}

/** In a session of its own, as all of the lab: Ctrl-C of the terminal reaches the caller only. */
async function start(
  where: LabReference,
  node: string,
  name: string,
  words: readonly string[],
): Promise<ChildProcessByStdio<Writable, Readable, null>> {
  const [file, ...args] = await shellCommand(node, [process.execPath, program(name), ...words], where)
  const child = spawn(file, args, { detached: true, stdio: ['pipe', 'pipe', 'inherit'], env: environment })
  child.stdin.on('error', () => {}) // it has ended
  return child
}

export interface Prober extends Running {
  /** In the order in which they were sent; they grow until it is stopped. */
  readonly probes: readonly Probe[]
}

/** Milliseconds until a probe has been told, whether it came back or not. */
const toldWithin = 3000

/** Settles when all has been told that was sent before that time, milliseconds since 1970. */
export async function allTold({ probes }: Prober, before: number, signal?: AbortSignal): Promise<void> {
  const isToldSince = (): boolean => (probes.at(-1)?.[0] ?? 0) >= before
  while (!isToldSince() && Date.now() < before + toldWithin) await pause(100, signal)
}

export async function startProber(where: LabReference, node: string, options: ProberOptions): Promise<Prober> {
  const child = await start(where, node, 'prober', [JSON.stringify(options)])
  const probes: Probe[] = []
  createInterface({ input: child.stdout }).on('line', (line) => probes.push(...(JSON.parse(line) as Probe[])))
  return { probes, stop: () => void child.stdin.end() }
}

/** `stop` gives the bits per second that were sent. */
export async function startLoad(
  where: LabReference,
  node: string,
  options: LoadOptions,
): Promise<{ readonly stop: () => Promise<number> }> {
  const child = await start(where, node, 'load', [JSON.stringify(options)])
  return {
    async stop() {
      child.stdin.end()
      return Number(await text(child.stdout))
    },
  }
}

/** Settles when it listens. */
export async function startSink(where: LabReference, node: string, address: string, port: number): Promise<Running> {
  const child = await start(where, node, 'sink', [address, String(port)])
  const ended = once(child, 'exit').then(() => {
    throw new LabError('failed', `nothing listens at ${node}`)
  })
  await Promise.race([once(child.stdout, 'data'), ended])
  ended.catch(() => {}) // later it is told by who sends to it
  return { stop: () => void child.stdin.end() }
}

/** Bits per second of what arrived, without any header. */
export async function goodput(
  where: LabReference,
  node: string,
  { source, sink, port, milliseconds }: { source: string; sink: string; port: number; milliseconds: number },
): Promise<number> {
  const words = [source, sink, String(port), String(milliseconds)]
  const said = await output(where, node, [process.execPath, program('bulk'), ...words])
  const { octets, milliseconds: took } = JSON.parse(said) as Arrived
  return took === 0 ? 0 : Math.round((octets * 8000) / took)
}

export interface Typed {
  readonly exit: number
  readonly out: string
  readonly err: string
}

/** Runs `vagus WORDS` beside the lab, as a person would. Rejects with `LabError` when it cannot be started. */
export async function typed(words: readonly string[], controller: string): Promise<Typed> {
  const [file, ...args] = [...vagus, ...words, '--controller', controller]
  try {
    const { stdout, stderr } = await run(file, args, { maxBuffer: maxOutput })
    return { exit: 0, out: stdout, err: stderr }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string }
    if (typeof code === 'number') return { exit: code, out: stdout, err: stderr }
    throw new LabError('failed', `vagus ${words.join(' ')} failed: ${(error as Error).message}`, { cause: error })
  }
}
