/** Runs a scenario as the first process of namespaces of its own, which end with it and with everything in there. @module */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { initScript } from './init-script.ts'
import { cleanEnvironment } from './namespaces.ts'
import type { Substrate } from './substrate.ts'

const checkout = resolve(import.meta.dirname, '../../../..')
/** Characters of what it complains of, the last ones. */
const maxErrors = 4000

export interface InsideRun {
  /** The program, which finds its options as JSON in its first argument. */
  readonly main: string
  /** `folder`: for logs and keys; it is there. */
  readonly options: { readonly folder: string; readonly record?: { readonly folder: string } | undefined }
  /** A line of JSON that it printed. */
  readonly onSaid: (said: unknown) => void
  /** Ends it. */
  readonly signal: AbortSignal | undefined
}

/** What it complained of, once it has ended. Throws the signal's reason. */
export async function runInside(substrate: Substrate, { main, options, onSaid, signal }: InsideRun): Promise<string> {
  const script = initScript([options.folder, options.record?.folder ?? [], checkout, dirname(process.execPath)].flat())
  const command = ['sh', '-c', script, 'lab', process.execPath, main, JSON.stringify(options)]
  const child = spawn('unshare', [...substrate.options, '--', ...command], {
    detached: true, // Ctrl-C of the terminal reaches the caller only
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(),
    cwd: '/',
  })
  let errors = ''
  child.stderr.on('data', (octets: Buffer) => (errors = (errors + octets.toString()).slice(-maxErrors)))
  createInterface({ input: child.stdout }).on('line', (line) => onSaid(JSON.parse(line)))
  const abort = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await once(child, 'close')
  } finally {
    signal?.removeEventListener('abort', abort)
  }
  signal?.throwIfAborted()
  return errors.trim()
}
