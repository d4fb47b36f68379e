/** What traces cost a call: two side-cars, each a process, with and without a receiver of spans. In turns. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listening, endServer } from '../apps/sidecar/test/sidecars.ts'
import type { Row } from '../scripts/bench.ts'

const rounds = 10
const perRound = 400
const atOnce = 16
const main = join(import.meta.dirname, '../apps/cli/src/main.ts')
const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'add', arguments: {} } })
const request = { method: 'POST', body, headers: { 'content-type': 'application/json' } }

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-bench-traces-'))
  const ending = new AbortController()
  let spans = 0
  const receiver = await listening((asked, response) => {
    const parts: Buffer[] = []
    asked.on('data', (part: Buffer) => parts.push(part))
    asked.on('end', () => {
      spans += Buffer.concat(parts).toString().split('"spanId"').length - 1
      response.end('{}')
    })
  })
  const local = createServer((asked, response) => asked.resume().on('end', () => response.end('{}')))
  await new Promise<void>((resolve) => local.listen(0, '127.0.0.1', resolve))
  const { port } = local.address() as { readonly port: number }
  try {
    const pair = async (home: string, environment: Readonly<Record<string, string>>): Promise<string> => {
      const run = (...words: readonly string[]): Promise<string> =>
        agentsOf(words, { VAGUS_HOME: join(folder, home), VAGUS_CONTROLLER: '', ...environment }, ending.signal)
      await run('--name', 'calc', '--mcp', `http://127.0.0.1:${port}/mcp`)
      return `${await run('--name', 'boss')}calc/mcp`
    }
    const plain = await pair('plain', {})
    const traced = await pair('traced', { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
    const spent = { plain: 0, traced: 0 }
    for (const url of [plain, traced]) await calls(url) // warm
    spans = 0
    for (let round = 0; round < rounds; round++) {
      spent.plain += await calls(plain)
      spent.traced += await calls(traced)
    }
    const perSecond = (milliseconds: number): number => (rounds * perRound * 1000) / milliseconds
    await new Promise((resolve) => setTimeout(resolve, 3000))
    progress(`${rounds * perRound} calls each, ${atOnce} at once; ${spans} spans came`)
    const [ours, peer] = [perSecond(spent.traced), perSecond(spent.plain)]
    const row = { claim: 'calls through two side-cars: with spans of both, beside without', unit: 'calls/s' }
    return [{ ...row, ours, peer, ratio: ours / peer, aim: '≥ 0.8' }]
  } finally {
    ending.abort()
    endServer(receiver.server)
    endServer(local)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Starts a side-car. @returns where it calls others */
function agentsOf(words: readonly string[], environment: Readonly<Record<string, string>>, signal: AbortSignal) {
  const child = spawn(process.execPath, [main, 'run', ...words], { env: { ...process.env, ...environment }, signal })
  child.on('error', () => undefined) // it was ended
  return new Promise<string>((resolve, reject) => {
    let text = ''
    child.stderr.on('data', (octets: Buffer) => {
      text += octets.toString()
      const [, url] = /calls others at (\S+)NAME/.exec(text) ?? []
      if (url !== undefined) resolve(url)
    })
    child.once('exit', () => reject(new Error(text)))
  })
}

/** Milliseconds for `perRound` of them. */
async function calls(url: string): Promise<number> {
  const began = performance.now()
  let left = perRound
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const response = await fetch(url, request)
      if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
      await response.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, caller))
  return performance.now() - began
}
