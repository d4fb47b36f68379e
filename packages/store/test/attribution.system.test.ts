import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { formatWords } from '@vagus/address'
import { type FlowStore, type Holding, openFlowLog, openFlowStore, severalHolders } from '../src/index.ts'
import { blockOf } from './blocks.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-store-'))
const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000
const rows = 300
const lasts = 40
const block = blockOf({ rows, end: hour, lasts, samplingRate: 10 })
block.dstPort.set(Array.from({ length: rows }, (_, row) => 7600 + (row % 3)))
block.protocol.set(Array.from({ length: rows }, (_, row) => (row % 5 === 0 ? 17 : 6)))
block.counted[7] = 0
let store: FlowStore

before(async () => {
  const log = openFlowLog({ folder }, hour)
  const number = log.append(block, hour)!
  log.close(hour)
  store = await openFlowStore({
    folder,
    retention: { raw: 1e9, minute: 1e9, fiveMinutes: 1e9, hour: 1e9 },
    maxOctets: 1e10,
    memoryOctets: 256 * 2 ** 20,
  })
  await store.loaded(number)
})
after(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const window = { from: hour - 1000, to: hour + 1000 }

/** The same, record by record. */
function expected(holdings: readonly Holding[]) {
  const pairs = new Map<string, number>()
  const holderOf = (address: string, port: number, row: number): number | undefined => {
    const end = hour + row
    const fits = holdings.filter(
      (one) =>
        one.address === address &&
        (one.port ?? port) === port &&
        (one.protocol ?? block.protocol[row]) === block.protocol[row] &&
        one.from <= end &&
        one.to > end - lasts,
    )
    const best = Math.max(...fits.map(({ strength }) => strength))
    const holders = new Set(fits.filter(({ strength }) => strength === best).map(({ holder }) => holder))
    return holders.size > 1 ? severalHolders : [...holders][0]
  }
  for (let row = 0; row < rows; row++) {
    if (block.counted[row] === 0) continue
    const src = holderOf(formatWords(block.srcAddr, row * 4), block.srcPort[row]!, row)
    const dst = holderOf(formatWords(block.dstAddr, row * 4), block.dstPort[row]!, row)
    if (src === undefined && dst === undefined) continue
    pairs.set(`${src} ${dst}`, (pairs.get(`${src} ${dst}`) ?? 0) + (row + 1) * 10)
  }
  return pairs
}

const addresses = ['10.0.0.0', '10.0.0.7', '10.0.0.21', '2001:db8::e', '2001:db8::6']
const moment = fc.integer({ min: hour - 100, max: hour + rows })
const holding: fc.Arbitrary<Holding> = fc
  .record({
    holder: fc.integer({ min: 1, max: 4 }),
    address: fc.constantFrom(...addresses),
    port: fc.constantFrom(undefined, 7600, 7601, 1024, 1025),
    protocol: fc.constantFrom(undefined, 6, 17),
    from: moment,
    lasting: fc.integer({ min: 1, max: 300 }),
    strength: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ lasting, ...one }) => ({ ...one, to: one.from + lasting }))

test('traffic is of who held address and port at the time; of the strongest; of several where these tie', async () => {
  const check = fc.asyncProperty(fc.array(holding, { maxLength: 12 }), async (holdings) => {
    const { pairs, total, rest } = await store.attribution({ ...window, holdings })
    const found = new Map(pairs.map(({ src, dst, octets }) => [`${src} ${dst}`, octets]))
    assert.deepEqual(
      [...found].sort(([a], [b]) => (a < b ? -1 : 1)),
      [...expected(holdings)].sort(([a], [b]) => (a < b ? -1 : 1)),
    )
    assert.equal(total.octets, ((rows * (rows + 1)) / 2 - 8) * 10)
    assert.equal(rest.octets, 0)
  })
  await fc.assert(check, { numRuns: 25 })
  await store.seal()
  await fc.assert(check, { numRuns: 10 })
})

test('a window without records has nothing, and a holding that is none is refused', async () => {
  const one = { holder: 1, address: '10.0.0.7', port: undefined, protocol: undefined, from: 0, to: hour, strength: 1 }
  const empty = await store.attribution({ from: 1000, to: 2000, holdings: [one] })
  assert.deepEqual([empty.total.octets, empty.pairs], [0, []])
  for (const wrong of [{ holder: 0 }, { port: 65_536 }, { from: 0.5 }, { strength: 256 }])
    await assert.rejects(store.attribution({ ...window, holdings: [{ ...one, ...wrong }] }), RangeError)
})
