/** What traces cost a call: two side-cars, each a process, with and without a receiver of spans. In turns. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listening, endServer } from '../apps/sidecar/test/sidecars.ts'
import type { Row } from '../scripts/bench.ts'
import { callMany, startAgent, startServer } from './calls/agents.ts'

const rounds = 10
const perRound = 400
const atOnce = 16

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
  const { server: local, port } = await startServer()
  try {
    const pair = async (home: string, environment: Readonly<Record<string, string>>): Promise<string> => {
      const all = { VAGUS_HOME: join(folder, home), VAGUS_CONTROLLER: '', ...environment }
      await startAgent(['--name', 'calc', '--mcp', `http://127.0.0.1:${port}/mcp`], all, ending.signal)
      const { others } = await startAgent(['--name', 'boss'], all, ending.signal)
      return `${others}calc/mcp`
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

/** Milliseconds for `perRound` of them. */
async function calls(url: string): Promise<number> {
  const began = performance.now()
  await callMany(url, perRound, atOnce)
  return performance.now() - began
}
