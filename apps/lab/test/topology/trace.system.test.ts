import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { stringify } from 'yaml'

const data = mkdtempSync(join(tmpdir(), 'vagus-traces-'))
after(() => rmSync(data, { recursive: true, force: true }))
const traces = join(data, 'traces')
mkdirSync(traces)
for (const file of ['Good.up', 'Good.down', 'Half.down', 'Bad.up']) writeFileSync(join(traces, file), '1\n2\n')
writeFileSync(join(traces, 'Bad.down'), '2\n1\n')
process.env['VAGUS_DATA'] = data
const { accessText } = await import('../../src/topology/access.ts')
const { networkOf } = await import('../../src/topology/network.ts')
const { topologyOf } = await import('../../src/topology/read.ts')

const agentsWith = (network: object) =>
  networkOf(
    topologyOf(
      stringify({
        name: 'one',
        as: 64512,
        routers: { 'pe-1': { role: 'edge' } },
        sites: { office: { as: 64701, prefixes: ['10.16.0.0/20', '2001:db8:16::/48'] } },
        neighbours: {},
        links: [{ between: ['pe-1', 'office'], capacity: '1G' }],
        agents: { reader: { networks: { lte: { at: 'office', ...network } } } },
      }),
      'file.yaml',
    ),
  ).agents

test('a topology may name a trace of which both ways are there', () =>
  assert.equal(accessText(agentsWith({ trace: 'Good' })), '1 access networks of 1 agents'))

for (const name of ['NoSuchTrace', 'Half']) {
  test(`a topology that names the trace ${name} is refused: not both of its ways are there`, () =>
    assert.throws(() => agentsWith({ trace: name }), {
      code: 'topology',
      message: `file.yaml is not a valid topology:\n  agents.reader.networks.lte.trace: there is no ${traces}/${name}.up; there are Bad, Good`,
    }))
}

test('a topology whose trace is broken is refused with the line', () =>
  assert.throws(
    () => agentsWith({ trace: 'Bad' }),
    /networks\.lte\.trace: .*Bad\.down:2: 1 comes after 2; each line is/,
  ))

test('the usual trace of a kind may be missing, which is said when the lab comes up', () =>
  assert.equal(
    accessText(agentsWith({})),
    '1 access networks of 1 agents, lte at a constant rate, without ATT-LTE-driving-2016',
  ))
