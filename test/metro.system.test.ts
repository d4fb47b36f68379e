/**
 * The first complete use, end to end, as its user types it: the lab named metro comes up, what the controller says
 * flows where is what the generators sent, and nothing is left behind.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { AgentList, FlowTop, LinkList, Matrix, SessionList, Status } from '@vagus/api'
import { faultOf, labFault, labTraffic } from '@vagus/lab'
import { eventually } from '../scripts/eventually.ts'
import { needs } from '../scripts/needs.ts'

const run = promisify(execFile)
const home = mkdtempSync(join(tmpdir(), 'vagus-metro-'))
const listen = '127.0.0.1:7691'
const env = { ...process.env, VAGUS_HOME: home, VAGUS_CONTROLLER: `http://${listen}` }

async function vagus<T>(...args: readonly string[]): Promise<T> {
  const { stdout } = await run(process.execPath, ['apps/cli/src/main.ts', ...args, '--json'], { env, maxBuffer: 1e8 })
  return JSON.parse(stdout) as T
}

interface Volume {
  readonly v4: { readonly octets: number }
  readonly v6: { readonly octets: number }
}
interface SiteTraffic {
  readonly site: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly sent: Readonly<Record<string, Volume>>
}
type Ledger = readonly SiteTraffic[]

/** None where a generator had no time to answer: readings before and after will do. */
const readLedger = async (): Promise<readonly Ledger[]> => {
  try {
    return [await labTraffic({ home })]
  } catch {
    return []
  }
}

/** Octets between sites that the lab's agents said to each other: they are in the matrix, and no generator's. */
async function saidByAgents({ window: { from, to } }: Matrix): Promise<ReadonlyMap<string, number>> {
  const asked = new URLSearchParams({ by: 'srcSite,dstSite', filter: 'application=agents', from, to, n: '100' })
  let response: Response
  // On a busy machine the store answers that it is busy.
  while ((response = await fetch(`http://${listen}/v1/flows/top?${asked.toString()}`)).status === 503)
    await new Promise((resolve) => setTimeout(resolve, 500))
  assert.equal(response.status, 200, await response.clone().text())
  const { items } = (await response.json()) as FlowTop
  return new Map(items.map(({ key, octets }) => [`${key['srcSite']} ${key['dstSite']}`, octets]))
}

/** What `from` had sent to `to` by the time `at`, in octets, between the two readings around it. */
function sentBy(ledgers: readonly Ledger[], from: string, to: string, family: 'v4' | 'v6', at: number): number {
  const points = ledgers
    .flatMap((ledger) => ledger.filter(({ site }) => site === from))
    .map((site) => ({ at: site.at, octets: site.sent[to]?.[family].octets ?? 0 }))
  const next = points.findIndex((point) => point.at >= at)
  assert.ok(next > 0, `the readings of ${from} do not reach around ${new Date(at).toISOString()}`)
  const [a, b] = [points[next - 1]!, points[next]!]
  return a.octets + ((b.octets - a.octets) * (at - a.at)) / (b.at - a.at)
}

/** Processes that have our home folder in their command line or environment. */
function processesOfOurs(): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false
    try {
      return `${readFileSync(`/proc/${pid}/cmdline`, 'utf8')}\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(
        home,
      )
    } catch {
      return false
    }
  })
}

describe('the lab named metro', { skip: needs('netns', 'frr', 'softflowd'), timeout: 300_000 }, () => {
  const ledgers: Ledger[] = []
  let matrix: Matrix
  let agents: ReadonlyMap<string, number>
  let isUp = false

  before(async () => {
    const up = await vagus<Record<string, unknown>>('lab', 'up', '--detach', '--listen', listen)
    isUp = true
    for (const key of ['substrate', 'routers', 'links', 'startedMs', 'convergedMs'])
      assert.ok(up[key], `${key} is missing`)
    // Until a window lies whole in what the generators were read for, every second; those still begin in the first.
    const from = Date.now() + 10_000
    const isWhole = async (): Promise<boolean> => {
      const { window } = (await (await fetch(`http://${listen}/v1/matrix?last=1m`)).json()) as Matrix
      return window.seconds === 60 && Date.parse(window.from) >= from
    }
    while (!(await isWhole())) {
      ledgers.push(...(await readLedger())) // a process for each reading would take the time of what is read
      await new Promise((resolve) => setTimeout(resolve, 700))
    }
    matrix = await vagus<Matrix>('matrix', '--last', '1m', '--measured')
    const said = await eventually('all generators answer', () => vagus<{ items: Ledger }>('lab', 'traffic'), {
      seconds: 60,
    })
    ledgers.push(said.items)
    agents = await saidByAgents(matrix)
  })
  after(async () => {
    if (isUp) await vagus('lab', 'down')
    rmSync(home, { recursive: true, force: true })
  })

  test('the matrix is what the generators sent: each pair within 5 %, its IPv6 share within 1 point', () => {
    const from = Date.parse(matrix.window.from)
    const to = Date.parse(matrix.window.to)
    assert.equal(to - from, 60_000)
    const wrong: string[] = []
    for (const [i, source] of matrix.names.entries()) {
      for (const [j, sink] of matrix.names.entries()) {
        if (i === j) continue
        const sent = (family: 'v4' | 'v6'): number =>
          sentBy(ledgers, source, sink, family, to) - sentBy(ledgers, source, sink, family, from)
        // side-cars meet over IPv4
        const [v4, v6] = [sent('v4') + (agents.get(`${source} ${sink}`) ?? 0), sent('v6')]
        const seen = (matrix.bitsPerSecond[i]![j]! * 60) / 8
        const error = seen / (v4 + v6) - 1
        const shareError = (matrix.ipv6Share[i]![j] ?? 0) - v6 / (v4 + v6)
        if (Math.abs(error) > 0.05 || Math.abs(shareError) > 0.01) {
          wrong.push(
            `${source} → ${sink}: ${(error * 100).toFixed(1)} %, share ${(shareError * 100).toFixed(2)} points, ${(v4 + v6) / 1e6} MB`,
          )
        }
      }
    }
    assert.deepEqual(wrong, [])
  })

  test('flows cover what the interface counters saw', async () => {
    const status = await vagus<Status>('status')
    assert.equal(status.devices.exporting, status.devices.total)
    assert.ok(Math.abs(status.traffic.coverage! - 1) < 0.02, `coverage ${status.traffic.coverage}`)
    const links = await vagus<LinkList>('link', 'ls')
    for (const { name, aToZ, zToA } of links.items) {
      for (const { coverage } of [aToZ, zToA]) {
        if (coverage !== null) assert.ok(Math.abs(coverage - 1) < 0.05, `${name} covers ${coverage}`)
      }
    }
  })

  test('its agents are on the list, and have two sessions that carry something', async () => {
    const list = await vagus<AgentList>('agent', 'ls')
    assert.deepEqual(
      list.items.map(({ name, site, state }) => [name, site, state]),
      [
        ['clerk', 'factory', 'reachable'],
        ['controller', null, 'reachable'], // its own agent, which asks those beside routers
        ['network', 'office', 'reachable'], // the controller again, as a member of the fleet
        ['noc', null, 'reachable'],
        ...['p-1', 'p-2', 'pe-1', 'pe-2', 'pe-3', 'pe-4'].map((router) => [router, null, 'reachable']),
        ['reader', 'office', 'reachable'],
        ['writer', 'dc-west', 'reachable'],
      ],
    )
    const sessions = await vagus<SessionList>('session', 'ls')
    const begun = sessions.items.filter(({ role }) => role === 'initiator')
    assert.deepEqual(
      begun.map(({ agent, peer, state }) => [agent.name, peer.name, state]),
      [
        ['clerk', 'writer', 'up'],
        ['reader', 'writer', 'up'],
      ],
    )
    assert.deepEqual([...agents.keys()].sort(), [
      'dc-west factory',
      'dc-west office',
      'factory dc-west',
      'office dc-west',
    ])
  })

  test('an agent that moves keeps its session, and says from which site it goes on', async () => {
    await vagus('lab', 'move', 'reader', '5g', '--sudden')
    const isThere = async (): Promise<boolean> => {
      const { items } = await vagus<AgentList>('agent', 'ls')
      return items.some(({ name, site }) => name === 'reader' && site === 'field')
    }
    await eventually('it is at field', isThere, { seconds: 20 })
    // The list knows its new address at once, and its sessions when it tells of them next.
    const hasMoved = async (): Promise<boolean> => {
      const { items } = await vagus<SessionList>('session', 'ls', '--agent', 'reader')
      return items.some(({ role, moves, state }) => role === 'initiator' && moves > 0 && state === 'up')
    }
    await eventually('its session has moved', hasMoved, { seconds: 20 })
  })

  test('a router whose flow export is off keeps its row of the matrix, by estimation', async (t) => {
    await labFault(faultOf(['stop-exporter', 'pe-2']), { home })
    const stoppedAt = Date.now()
    const read: Ledger[] = []
    let guess: Matrix
    do {
      read.push(...(await readLedger()))
      guess = (await (await fetch(`http://${listen}/v1/matrix?last=10s`)).json()) as Matrix
      await new Promise((resolve) => setTimeout(resolve, 500))
    } while (guess.estimated === undefined || Date.parse(guess.window.from) < stoppedAt + 5000)
    while (!read.some((ledger) => ledger.every(({ at }) => at >= Date.parse(guess.window.to))))
      read.push(...(await readLedger()))
    const { names, window, estimated, bitsPerSecond } = guess
    assert.deepEqual(estimated.devices, ['pe-2'])
    const [from, to] = [Date.parse(window.from), Date.parse(window.to)]
    const factory = names.indexOf('factory')
    let [off, all] = [0, 0]
    for (const [sink, name] of names.entries()) {
      if (sink === factory) continue
      assert.equal(estimated.cells[factory]![sink], true, name)
      const octets = (at: number): number =>
        sentBy(read, 'factory', name, 'v4', at) + sentBy(read, 'factory', name, 'v6', at)
      const sent = ((octets(to) - octets(from)) * 8000) / (to - from)
      off += (bitsPerSecond[factory]![sink]! - sent) ** 2
      all += sent ** 2
    }
    // Over ten seconds pairs differ from what they were by chance; without an estimate it would be 100 %.
    const error = Math.sqrt(off / all)
    t.diagnostic(
      `factory's row is ${(100 * error).toFixed(1)} % off, of all pairs it was ${estimated.error} when tried`,
    )
    assert.ok(error < 0.75, `${error} off`)
    const told = (await (await fetch(`http://${listen}/v1/matrix?last=10s&cells=measured`)).json()) as Matrix
    assert.equal(told.estimated, undefined)
    assert.ok(told.bitsPerSecond[factory]!.every((rate) => rate === 0))
  })

  test('nothing is left behind when it goes down', async () => {
    assert.ok(processesOfOurs().length > 5)
    await vagus('lab', 'down')
    assert.deepEqual(processesOfOurs(), [])
    isUp = false
    assert.deepEqual(existsSync(join(home, 'lab')) ? readdirSync(join(home, 'lab')) : [], [])
  })
})
