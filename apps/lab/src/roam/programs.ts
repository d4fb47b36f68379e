/** Starts the writer and both readers of the scenario `roam` on their hosts. @module */
import { type ChildProcess, spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { LabError } from '../errors.ts'
import { sidecarPort } from '../inside/programs.ts'
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

/** Milliseconds between two parts. */
export const interval = 20

const httpsPort = 8443
/** Port at which the topology lets the writer's side-car find it. */
const localPort = 9000

/** Settles when the writer listens and the readers have been started; each asks for `parts` parts. */
export async function startPrograms(lab: LabUp, where: LabReference, parts: number): Promise<Halves> {
  const address = lab.agents.find(({ name }) => name === 'writer')!.networks[0]!.addresses.v4
  const files = await writeCertificate(join(lab.folder, 'roam'), address)
  await startWriter(where, `${address}:${httpsPort}`, files)
  const startHalf = (name: string, url: string): Promise<Half> => startReader(where, { name, url, parts, files })
  const [vagus, https] = await Promise.all([
    startHalf('Vagus', `http://127.0.0.1:${sidecarPort}/agents/writer/`),
    startHalf('HTTPS', `https://${address}:${httpsPort}`),
  ])
  return { vagus, https }
}

const program = (name: string): string => resolve(import.meta.dirname, '../a2a', name, 'main.ts')

/** Its errors go to ours. In a session of its own, as all of the lab: Ctrl-C of the terminal reaches the caller only. */
async function onNode(
  where: LabReference,
  node: string,
  command: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<ChildProcess> {
  const [file, ...args] = await shellCommand(node, command, where)
  return spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
}

async function startWriter(where: LabReference, outside: string, files: CertificateFiles): Promise<void> {
  const words = [program('writer'), String(localPort), outside, files.certificate, files.key]
  const writer = await onNode(where, 'writer', [process.execPath, ...words])
  const lines = createInterface({ input: writer.stdout! })
  await new Promise<void>((resolve, reject) => {
    lines.once('line', () => resolve())
    writer.once('exit', (code) => reject(new LabError('failed', `the writer ended with ${code}`)))
  })
}

interface ReaderOptions {
  /** As people read it. */
  readonly name: string
  readonly url: string
  readonly parts: number
  readonly files: CertificateFiles
}

async function startReader(where: LabReference, { name, url, parts, files }: ReaderOptions): Promise<Half> {
  const command = [process.execPath, program('reader'), url, String(parts), String(interval)]
  const reader = await onNode(where, 'reader', command, { NODE_EXTRA_CA_CERTS: files.certificate })
  const readings: Reading[] = []
  const begun = Promise.withResolvers<void>()
  createInterface({ input: reader.stdout! }).on('line', (line) => {
    const reading = JSON.parse(line) as Reading
    readings.push(reading)
    if (reading.type === 'part') begun.resolve()
  })
  const over = new Promise<void>((resolve, reject) => {
    reader.once('close', (code, signal) => {
      if (readings.at(-1)?.type === 'over') return resolve()
      const how = signal ?? `exit ${code}`
      reject(new LabError('failed', `the reader over ${name} ended (${how}) before its stream did`))
    })
  })
  over.catch(() => {}) // whoever waits hears of it, if nothing else failed before
  return { readings, begun: begun.promise, over }
}
