import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type FilterTerm, icmpPort, openFlowLog, openFlowStore } from '../src/index.ts'
import { blockOf } from './blocks.ts'

const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000
const window = { from: hour, to: hour + 60_000, n: 10 }

test('type and code of ICMP are no port: not of TCP, and not of the other ICMP', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-store-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const log = openFlowLog({ folder }, hour)
  const block = blockOf({ rows: 5, end: hour })
  block.protocol.set([6, 1, 58, 1, 17])
  block.dstPort.set([2048, 2048, 2048, 769, 53])
  block.srcPort.set([9, 0, 0, 0, 9])
  log.append(block, hour)
  log.close(hour)
  const store = await openFlowStore({
    folder,
    retention: { raw: 1e9, minute: 1e9, fiveMinutes: 1e9, hour: 1e9 },
    maxOctets: 1e10,
    memoryOctets: 256 * 2 ** 20,
  })
  t.after(() => store.close())

  const groups = async (...by: ('dstPort' | 'srcPort' | 'protocol' | 'dstSite')[]): Promise<unknown> =>
    (await store.top({ ...window, by })).items.map(({ key, flows }) => [...key, flows])
  const flows = async (...filter: FilterTerm[]): Promise<number> =>
    (await store.top({ ...window, by: ['version'], filter })).items.reduce((sum, item) => sum + item.flows, 0)
  const port = (value: number, dimension: 'dstPort' | 'port' = 'dstPort', is: FilterTerm['is'] = 'equal') =>
    ({ dimension, is, value }) as FilterTerm
  const check = async (): Promise<void> => {
    assert.deepEqual(await groups('dstPort'), [
      [icmpPort, 3],
      [53, 1],
      [2048, 1],
    ])
    assert.deepEqual(await groups('srcPort'), [
      [icmpPort, 3],
      [9, 2],
    ])
    assert.deepEqual(await groups('protocol', 'dstPort'), [
      [17, 53, 1],
      [1, 769, 1],
      [58, 2048, 1],
      [1, 2048, 1],
      [6, 2048, 1],
    ])
    assert.equal(await flows(port(2048)), 1)
    assert.equal(await flows(port(2048, 'port')), 1)
    assert.equal(await flows(port(2048, 'dstPort', 'not-equal')), 4)
    assert.equal(await flows(port(icmpPort + 2048)), 2)
    const all = { from: icmpPort, to: icmpPort + 0xffff }
    assert.equal(await flows({ dimension: 'port', is: 'equal', value: all }), 3)
    assert.equal(await flows({ dimension: 'dstPort', is: 'not-equal', value: all }), 2)
  }
  await check()
  await store.seal()
  await check()
})
