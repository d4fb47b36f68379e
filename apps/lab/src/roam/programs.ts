/** Starts the writer and both readers of the scenario `roam` on their hosts. @module */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { LabError } from '../errors.ts'
import { sidecarPort } from '../spec.ts'
import type { LabReference, LabUp } from '../lab.ts'
import { shellCommand } from '../outside/shell.ts'
import { type CertificateFiles, writeCertificate } from './certificate.ts'
import type { Reading } from '../a2a/reading.ts'

interface Half {
  /** Grows while the reader reads. */
  readonly readings: readonly Reading[]
  /** Settles when the first part has arrived. */
  readonly begun: Promise<void>
  /** Settles when the reader has reported everything. Rejects with `LabError` `failed` when it ends before. */
  readonly over: Promise<void>
}
export type Halves = Readonly<Record<'vagus' | 'https', Half>>

export interface Streams {
  readonly halves: Halves
  /**
   * Both streams end `more` parts after the one that is ahead. Gives how many parts each has then. Rejects with `LabError`
   * `failed` when the writer has ended.
   */
  readonly endAfter: (more: number) => Promise<number>
}

/** Milliseconds between two parts. */
export const interval = 20

/** What readers ask for: more than there will be, since the writer is told when to end. */
const unlimited = 1e9

const httpsPort = 8443
/** Port at which the topology lets the writer's side-car find it. */
const localPort = 9000

/** Settles when the writer listens and the readers have been started. */
export async function startPrograms(lab: LabUp, where: LabReference): Promise<Streams> {
  const address = lab.agents.find(({ name }) => name === 'writer')!.networks[0]!.addresses.v4
  const files = await writeCertificate(join(lab.folder, 'roam'), address)
  const endAfter = await startWriter(where, `${address}:${httpsPort}`, files)
  const startHalf = (name: string, url: string): Promise<Half> => startReader(where, { name, url, files })
  const [vagus, https] = await Promise.all([
    startHalf('Vagus', `http://127.0.0.1:${sidecarPort}/agents/writer/`),
    startHalf('HTTPS', `https://${address}:${httpsPort}`),
  ])
  return { halves: { vagus, https }, endAfter }
}

const program = (name: string): string => resolve(import.meta.dirname, '../a2a', name, 'main.ts')

/** Its errors go to ours. In a session of its own, as all of the lab: Ctrl-C of the terminal reaches the caller only. */
export async function onNode(
  where: LabReference,
  node: string,
  command: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<ChildProcessByStdio<Writable, Readable, null>> {
  const [file, ...args] = await shellCommand(node, command, where)
  return spawn(file, args, {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
}

async function startWriter(
  where: LabReference,
  outside: string,
  files: CertificateFiles,
): Promise<Streams['endAfter']> {
  const words = [program('writer'), String(localPort), outside, files.certificate, files.key]
  const writer = await onNode(where, 'writer', [process.execPath, ...words])
  const lines = createInterface({ input: writer.stdout })
  const ended = once(writer, 'exit').then(([code, signal]) => {
    throw new LabError('failed', `the writer ended (${signal ?? `exit ${code}`})`)
  })
  ended.catch(() => {}) // whoever waits for a line hears of it
  const line = async (): Promise<string> => (await Promise.race([once(lines, 'line'), ended]))[0] as string
  await line()
  writer.stdin.on('error', () => {}) // it has ended, see above
  return async (more) => {
    const answer = line()
    writer.stdin.write(`${more}\n`)
    return Number(await answer)
  }
}

interface ReaderOptions {
  /** As people read it. */
  readonly name: string
  readonly url: string
  readonly files: CertificateFiles
}

async function startReader(where: LabReference, { name, url, files }: ReaderOptions): Promise<Half> {
  const command = [process.execPath, program('reader'), url, String(unlimited), String(interval)]
  const reader = await onNode(where, 'reader', command, { NODE_EXTRA_CA_CERTS: files.certificate })
  const readings: Reading[] = []
  const begun = Promise.withResolvers<void>()
  createInterface({ input: reader.stdout }).on('line', (line) => {
    const reading = JSON.parse(line) as Reading
    readings.push(reading)
    if (reading.type === 'part') begun.resolve()
  })
  const over = new Promise<void>((resolve, reject) => {
    reader.once('close', (code, signal) => {
      if (readings.at(-1)?.type === 'over') return resolve()
      const how = signal ?? `exit ${code}`
      const last = JSON.stringify(readings.at(-1) ?? null).slice(0, 200)
      reject(new LabError('failed', `the reader over ${name} ended (${how}) before its stream did, after ${last}`))
    })
  })
  over.catch(() => {}) // whoever waits hears of it, if nothing else failed before
  return { readings, begun: begun.promise, over }
}
