/** What a call costs through two side-cars, each a process with its journal on disk: beside mutual TLS by two nginx. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from '../scripts/bench.ts'
import { callMany, startAgent, startServer } from './calls/agents.ts'
import { type Proxies, startProxies } from './calls/nginx.ts'
import { freePort } from '../scripts/free-port.ts'

const atOnce = 16
const warmCalls = 10_000
const rounds = 5
const callsPerRound = 2000
const alonePerRound = 400
/** Milliseconds of processor time in a tick of /proc (`getconf CLK_TCK`). */
const tick = 10

interface Way {
  readonly url: string
  /** Processes between the two programs. */
  readonly pids: readonly number[]
}

interface Figures {
  readonly perSecond: number
  /** Milliseconds of one call at a time. */
  readonly alone: number
  /** Microseconds of processor time between the two programs. */
  readonly processor: number
}

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-bench-calls-'))
  const ending = new AbortController()
  const { server, port } = await startServer()
  try {
    const environment = { VAGUS_HOME: join(folder, 'home'), VAGUS_CONTROLLER: '' }
    const calc = await startAgent(
      ['--name', 'calc', '--mcp', `http://127.0.0.1:${port}/mcp`],
      environment,
      ending.signal,
    )
    const boss = await startAgent(['--name', 'boss'], environment, ending.signal)
    const ports = [await freePort(), await freePort()] as const
    const proxies = await startProxies(join(folder, 'nginx'), port, ports)
    const ours = await figuresOf({ url: `${boss.others}calc/mcp`, pids: [boss.pid, calc.pid] })
    progress('side-cars are measured')
    const peer = proxies && (await figuresOfProxies(proxies))
    const direct = await figuresOf({ url: `http://127.0.0.1:${port}/mcp`, pids: [] })
    const note = `the programs alone, without anything between: ${Math.round(direct.perSecond)} calls/s, ${direct.alone.toFixed(2)} ms${proxies === undefined ? '; nginx is not installed' : ''}`
    const row = (claim: string, unit: string, of: (figures: Figures) => number, better: 'more' | 'less'): Row => {
      const [our, other] = [of(ours), peer === undefined ? null : of(peer)]
      const ratio = other === null ? null : better === 'more' ? our / other : other / our
      return { claim, unit, ours: our, peer: other, ratio, aim: '–', note }
    }
    return [
      row(`calls, ${atOnce} at once`, 'calls/s', ({ perSecond }) => perSecond, 'more'),
      row('a call alone, p50', 'ms', ({ alone }) => alone, 'less'),
      row('processor time of a call, both sides', 'µs', ({ processor }) => processor, 'less'),
    ]
  } finally {
    ending.abort()
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function figuresOfProxies(proxies: Proxies): Promise<Figures> {
  try {
    return await figuresOf(proxies)
  } finally {
    await proxies.end()
  }
}

/** The medians of some rounds. */
async function figuresOf({ url, pids }: Way): Promise<Figures> {
  await callMany(url, warmCalls, atOnce)
  const all: Figures[] = []
  for (let round = 0; round < rounds; round++) {
    const [began, spent] = [performance.now(), processorOf(pids)]
    await callMany(url, callsPerRound, atOnce)
    const took = performance.now() - began
    const processor = ((processorOf(pids) - spent) / callsPerRound) * 1000
    all.push({
      perSecond: (callsPerRound / took) * 1000,
      processor,
      alone: median(await callMany(url, alonePerRound, 1)),
    })
  }
  return {
    perSecond: median(all.map(({ perSecond }) => perSecond)),
    alone: median(all.map(({ alone }) => alone)),
    processor: median(all.map(({ processor }) => processor)),
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** Milliseconds so far, of all these processes. */
const processorOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return sum + (Number(fields[11]) + Number(fields[12])) * tick // utime and stime, proc(5)
  }, 0)
