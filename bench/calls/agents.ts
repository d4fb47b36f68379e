/** Side-cars as processes of their own, and programs that call through them. */
import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

const main = join(import.meta.dirname, '../../apps/cli/src/main.ts')
const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'add', arguments: {} } })
const request = { method: 'POST', body, headers: { 'content-type': 'application/json' } }

export interface RunningAgent {
  /** Where its program calls others; a name follows. */
  readonly others: string
  readonly pid: number
}

/** Starts a side-car; `signal` ends it. @throws what it said, if it ends at once */
export function startAgent(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RunningAgent> {
  const child = spawn(process.execPath, [main, 'run', ...words], { env: { ...process.env, ...environment }, signal })
  child.on('error', () => undefined) // it was ended
  return new Promise((resolve, reject) => {
    let text = ''
    child.stderr.on('data', (octets: Buffer) => {
      text += octets.toString()
      const [, others] = /calls others at (\S+)NAME/.exec(text) ?? []
      if (others !== undefined) resolve({ others, pid: child.pid! }) // sound: it runs
    })
    child.once('exit', () => reject(new Error(text)))
  })
}

/** A server of MCP that answers every call alike. */
export async function startServer(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((asked, response) => asked.resume().on('end', () => response.end('{}')))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

/** Calls `url` so many times. @returns milliseconds of each */
export async function callMany(url: string, count: number, atOnce: number): Promise<number[]> {
  const times: number[] = []
  let left = count
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const began = performance.now()
      const response = await fetch(url, request)
      if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
      await response.arrayBuffer()
      times.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, caller))
  return times
}
