import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type OriginalPath, pathInUse } from '../../src/actuation/injection.ts'
import { segmentType } from '../../src/registry.ts'
import type { PathAttributes } from '../../src/update/path-attributes.ts'

const hop = (last: number): Uint8Array<ArrayBuffer> => Uint8Array.of(10, 0, 0, last)
const sequence = (...as: readonly number[]) => ({ type: segmentType.sequence, as })
const set = (...as: readonly number[]) => ({ type: segmentType.set, as })

const path = (last: number, changes: PathAttributes): OriginalPath => ({
  attributes: { origin: 0, localPref: 100, nextHop: hop(last), asPath: [sequence(65_001, 65_100)], ...changes },
})
const hopOf = (chosen: OriginalPath | undefined): number | undefined => chosen?.attributes.nextHop?.at(-1)

describe('the path that a router uses, by RFC 4271 §9.1.2.2', () => {
  const cases: readonly [string, number, OriginalPath, OriginalPath][] = [
    ['the next hop given decides between equals (e)', 2, path(1, { originatorId: 1 }), path(2, { originatorId: 2 })],
    ['and comes after what the attributes tell', 1, path(1, { localPref: 900 }), path(2, {})],
    ['the higher LOCAL_PREF', 4, path(3, { asPath: [] }), path(4, { localPref: 200 })],
    [
      'the shorter path, where a set is one AS (a)',
      3,
      path(3, { asPath: [sequence(65_001), set(1, 2, 3)] }),
      path(4, { asPath: [sequence(65_001, 65_002, 65_003)] }),
    ],
    ['the lower ORIGIN (b)', 4, path(3, { origin: 1 }), path(4, { multiExitDisc: 9 })],
    ['the lower MED of one neighbour AS (c)', 4, path(3, { multiExitDisc: 50 }), path(4, { multiExitDisc: 10 })],
    [
      'no MED of another one: the external path (d)',
      3,
      path(3, { multiExitDisc: 50 }),
      path(4, { multiExitDisc: 10, asPath: [sequence(65_002, 65_100)], originatorId: 1 }),
    ],
  ]
  for (const [what, last, one, other] of cases) {
    test(what, () => {
      for (const paths of [
        [one, other],
        [other, one],
      ])
        assert.equal(hopOf(pathInUse(paths, hop(2))), last)
    })
  }
  test('of three the result does not depend on their order, as it would by comparing two', () => {
    const [a, b, c] = [
      path(3, { multiExitDisc: 10, originatorId: 3 }),
      path(4, { multiExitDisc: 5, asPath: [sequence(65_002, 65_100)], originatorId: 2 }),
      path(5, { multiExitDisc: 20, originatorId: 1 }),
    ]
    for (const paths of [
      [a, b, c],
      [c, b, a],
      [b, c, a],
    ])
      assert.equal(hopOf(pathInUse(paths, undefined)), 4)
  })
})
