/** Who is at an address, and whose traffic it is: side-cars in two sites, a router with a real exporter, a controller. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { type AgentFlows, agentFlowsSchema, type Whois, whoisSchema } from '@vagus/api/whois'
import { needs } from '../../../scripts/needs.ts'
import { noPaint } from '../src/paint.ts'
import { agentFlowsText } from '../src/whois/agent-flows-text.ts'
import { whoisText } from '../src/whois/whois-text.ts'

interface Conversation {
  readonly src: string
  readonly srcPort: string
  readonly dst: string
  readonly dstPort: string
  readonly octets: number
}

interface Run {
  readonly reader: Whois
  readonly host: Whois
  readonly writer: Whois
  readonly nobody: Whois
  readonly before: Whois
  readonly flows: AgentFlows
  readonly roles: AgentFlows
  readonly marks: readonly string[]
  readonly conversations: readonly Conversation[]
}

/** What each of 25 answers carries; every fifth is the scribe's. */
const answer = 131_072
const canvas = { columns: 120, paint: noPaint, detail: 'plain' } as const

describe('side-cars in two sites', { skip: needs('netns', 'softflowd') }, () => {
  let run: Run
  before(() => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-whois-'))
    try {
      const script = join(import.meta.dirname, 'fixtures/whois-run.ts')
      const output = execFileSync('unshare', ['-Urnm', process.execPath, script, folder], {
        encoding: 'utf8',
        timeout: 200_000,
        maxBuffer: 16 * 1024 * 1024,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      run = JSON.parse(output.trim().split('\n').at(-1)!) as Run
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('are found by address and port, as both ends of their sessions say, before one whose document claims the same', () => {
    const { agents, conflicts, is } = whoisSchema.parse(run.reader)
    assert.deepEqual(
      agents.map(({ name, places }) => [name, places[0]?.port, places[0]?.proof]),
      [
        ['reader', 7601, 'agreed'],
        ['thief', 7601, 'claimed'],
      ],
    )
    assert.deepEqual([is, conflicts, agents[0]?.site], ['address', [], 'south'])
    assert.match(agents[0]!.places[0]!.because, /^writer reached it there; it tells of a session from there/)
    assert.match(whoisText(run.reader, canvas), /^reader\n +id +did:key:z6Mk/)
  })
  test('share a host by their ports', () => {
    assert.deepEqual(new Set(run.host.agents.map(({ name }) => name)), new Set(['reader', 'scribe', 'thief']))
    const [writer] = run.writer.agents
    assert.deepEqual(
      [writer?.sessions, writer?.places[0]?.address, writer?.places[0]?.proof],
      [2, '10.77.1.2', 'agreed'],
    )
  })
  test('were not there before, and nobody is where nobody is', () => {
    assert.deepEqual(run.before.agents, [])
    assert.deepEqual(run.nobody.agents, [])
    assert.match(whoisText(run.before, canvas), /nobody is known at 10\.77\.2\.2 then: what is known begins at 20/)
  })
  test('get the traffic that was theirs, as the flows have it, and none of what other programs of their hosts sent', () => {
    const { items, attributed, ambiguous, total } = agentFlowsSchema.parse(run.flows)
    const of = (name: string) => items.find(({ key }) => key === name)!
    const seen = (is: (flow: Conversation) => boolean): number =>
      run.conversations.filter(is).reduce((sum, { octets }) => sum + octets, 0)
    const near = (octets: number, expected: number): void =>
      assert.ok(Math.abs(octets - expected) <= expected * 0.02 + 2000, `${octets} of ${expected}`)
    const isOf = (port: string) => (flow: Conversation) => flow.src === '10.77.2.2' && flow.srcPort === port
    near(of('reader').sent, seen(isOf('7601')))
    near(of('scribe').sent, seen(isOf('7602')))
    near(of('writer').received, seen(isOf('7601')) + seen(isOf('7602')))
    const carried = 25 * answer
    assert.ok(
      of('writer').received > carried / 2 && of('writer').received < carried * 1.1,
      String(of('writer').received),
    )
    assert.equal(of('thief'), undefined)
    assert.equal(ambiguous.octets, 0)
    // TCP, echoes, and the side-cars' own reports to the controller
    const isOther = (port: string): boolean => ['5001', '5002', '7600'].includes(port)
    const others = seen(({ srcPort, dstPort }) => isOther(srcPort) || isOther(dstPort))
    assert.ok(others > 0)
    near(total.octets - attributed.octets, others)
    assert.match(agentFlowsText(run.flows, canvas), /^AGENT +RATE +SHARE +SENT +RECEIVED +FLOWS\nwriter /)
    assert.deepEqual(
      new Set(run.roles.items.map(({ key }) => key)),
      new Set(['writer (claimed)', 'reader (claimed)', 'scribe (claimed)']),
    )
  })
  test('are named beside their addresses in the largest flows', () => {
    for (const mark of [/^10\.77\.2\.2:7601 reader$/, /^10\.77\.2\.2:7602 scribe$/, /^10\.77\.1\.2:\d+ writer$/])
      assert.ok(
        run.marks.some((each) => mark.test(each)),
        String(mark),
      )
  })
})
