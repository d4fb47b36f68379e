/**
 * The two collectors that bench/flow compares, behind one shape: `vagus controller` and nfcapd, each a process with the
 * same socket buffer. Neither is told anything that its user would not tell it.
 * @module
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Status } from '@vagus/api'
import { end, type Sent, until } from './process.ts'

/** What nfcapd gets by -B and the controller by flow.receiveBuffer; within net.core.rmem_max of most systems. */
const receiveBuffer = 4_194_304
const port = 29_950

interface Outcome {
  readonly stored: number
  /** Seconds from the last datagram until everything that was stored could be asked for. */
  readonly queryableAfter: number
}

interface Running {
  readonly port: number
  readonly folder: string
  /** Called when all was sent. */
  settle(sent: Sent): Promise<Outcome>
  /** Ends the process; the folder stays. */
  stop(): Promise<void>
  remove(): void
}

export type StartCollector = () => Promise<Running>

const newFolder = (name: string): string => mkdtempSync(join(tmpdir(), `vagus-bench-${name}-`))

/** nfcapd; `compression` is its flag: none, or -y for LZ4. */
export const startNfcapd =
  (compression: 'none' | 'lz4'): StartCollector =>
  async () => {
    const folder = newFolder('nfcapd')
    const args = ['-b', '127.0.0.1', '-p', String(port), '-B', String(receiveBuffer), '-w', folder, '-t', '3600']
    if (compression === 'lz4') args.push('-y')
    const child = spawn('taskset', ['-c', '0', 'nfcapd', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let log = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (octets: Buffer) => (log += octets.toString()))
    await until('nfcapd to start', 10, () => Promise.resolve(log.includes('Startup') ? true : undefined))
    await new Promise((resolve) => setTimeout(resolve, 300))
    return {
      port,
      folder,
      // It writes its file out when it rotates or ends; that is when the file can be asked.
      async settle() {
        const lastSent = performance.now()
        await new Promise((resolve) => setTimeout(resolve, 1500))
        await end(child)
        const flows = [...log.matchAll(/Flows: (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0)
        return { stored: flows, queryableAfter: (performance.now() - lastSent) / 1000 - 1.5 }
      },
      stop: () => end(child),
      remove: () => rmSync(folder, { recursive: true }),
    }
  }

interface Controller extends Running {
  /** A resource of its API. */
  get(path: string): Promise<unknown>
}

export const startController = async (): Promise<Controller> => {
  const folder = newFolder('controller')
  const socket = join(folder, 'api.sock')
  const config = join(folder, 'vagus.yaml')
  mkdirSync(join(folder, 'home'))
  writeFileSync(
    config,
    `listen: unix:${socket}\nhome: ${join(folder, 'home')}\nflow:\n  listen: ["127.0.0.1:${port}"]\n  receiveBuffer: ${receiveBuffer}\n`,
  )
  const cli = join(import.meta.dirname, '../../apps/cli/src/main.ts')
  const child = spawn('taskset', ['-c', '0', process.execPath, cli, 'controller', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', (octets: Buffer) => (log += octets.toString()))
  child.on('exit', (code) => code !== 0 && process.stderr.write(`the controller ended with ${code}:\n${log}`))
  const status = (): Promise<Status | undefined> => getJson<Status>(socket, '/v1/status').catch(() => undefined)
  await until('the controller to start', 20, async () => ((await status())?.ready ? true : undefined))
  return {
    port,
    folder,
    get: (path) => getJson(socket, path),
    async settle(sent) {
      const lastSent = performance.now()
      let stored = 0
      await until('the store', 120, async () => {
        const now = await status()
        if (now === undefined) return undefined
        const settled = now.store.records === stored && now.store.lagSeconds === 0
        stored = now.store.records
        return stored === sent.records || (settled && performance.now() - lastSent > 4000) ? true : undefined
      })
      return { stored, queryableAfter: (performance.now() - lastSent) / 1000 }
    },
    stop: () => end(child),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

function getJson<T>(socketPath: string, path: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path }, (response) => {
      let text = ''
      response.on('data', (octets: Buffer) => (text += octets.toString()))
      response.on('end', () => resolve(JSON.parse(text) as T))
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** Octets of all files below a folder. */
export function octetsBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
