/** Rows that peers share: what each sent, what is best of all, and that nothing stays when routes go. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatPrefix, parsePrefix } from '@vagus/address'
import fc from 'fast-check'
import { AdjRibIn, type Candidate, Decision, LocRib, routesOf } from '../src/index.ts'
import { withPathIds } from './contexts.ts'
import { bothRows, facts, peer, plain, route, sequence } from './rib-peer.ts'

test('three peers that share the rows, with ADD-PATH, hold what plain maps would, and the choice is that of all routes', () => {
  const change = fc.record({
    from: fc.nat(2),
    prefix: fc.nat(12).map((n) => `10.${n}.0.0/${16 + (n % 3)}`),
    pathId: fc.nat(2),
    as: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('announce', 'announce', 'announce', 'withdraw', 'clear', 'stale', 'decide'),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
      const shared = bothRows()
      const peers = [0, 1, 2].map(() => peer(shared, withPathIds))
      const locRib = new LocRib({ rows: shared.rows4 })
      for (const [number, { rib4 }] of peers.entries()) locRib.addPeer(rib4, facts(number))
      const expected = peers.map(() => new Map<string, number>())
      for (const { from, prefix, pathId, as, kind } of changes) {
        const { receive, rib4 } = peers[from]!
        const routes = expected[from]!
        const text = `${formatPrefix(parsePrefix(prefix))} ${pathId}`
        if (kind === 'announce') {
          receive({ announced: [route(prefix, pathId)], attributes: { ...plain, asPath: sequence(as, as + from) } })
          routes.set(text, as)
        } else if (kind === 'withdraw') {
          receive({ withdrawn: [route(prefix, pathId)] })
          routes.delete(text)
        } else if (kind === 'decide') locRib.decide(3)
        else {
          if (kind === 'stale') rib4.markStale()
          if (kind === 'stale') assert.equal(rib4.dropStale(), routes.size)
          else rib4.clear()
          routes.clear()
        }
      }
      locRib.decide()
      for (const [number, { rib4 }] of peers.entries()) {
        const got = [...routesOf(rib4)].map(({ prefix, pathId, attributes }) => {
          return [`${formatPrefix(prefix)} ${pathId}`, attributes.asPath![0]!.as[0]] as const
        })
        assert.deepEqual(new Map(got), expected[number])
        assert.equal(rib4.size, new Set(got.map(([text]) => text.split(' ')[0])).size)
      }
      const best = [...routesOf(locRib)]
      assert.equal(locRib.size, best.length)
      assert.equal(
        best.length,
        new Set(expected.flatMap((one) => [...one.keys()].map((text) => text.split(' ')[0]))).size,
      )
      for (let slot = 0; slot < locRib.index.used; slot++) {
        const { table, first, next, peers: numbers, sets, pathIds } = shared.rows4
        const candidates: Candidate[] = []
        for (let row = first[slot]!; row !== 0; row = next[row]!) {
          const peerNumber = numbers[row]!
          candidates.push({ peerNumber, facts: facts(peerNumber), set: sets[row]!, pathId: pathIds[row]! })
        }
        const chosen = new Decision(table).bestOf(candidates)
        assert.deepEqual([locRib.setOf(slot), chosen && locRib.peerOf(slot)], [chosen?.set ?? -1, chosen?.peerNumber])
      }
      for (const { rib4 } of peers) rib4.clear()
      locRib.decide()
      assert.deepEqual([shared.rows4.table.size, locRib.size, locRib.index.size], [0, 0, 0])
    }),
    { numRuns: 200 },
  )
})

test('a number of a peer that left is given again, and there are 1024 of them', () => {
  const { rows4 } = bothRows()
  const ribs = Array.from({ length: 1024 }, () => new AdjRibIn({ rows: rows4 }))
  assert.throws(() => new AdjRibIn({ rows: rows4 }), /at most 1024 peers/)
  ribs[7]!.close()
  assert.equal(new AdjRibIn({ rows: rows4 }).peer, 7)
})
