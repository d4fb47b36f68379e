import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDuration } from '@vagus/api/duration'
import { spanWords } from '../src/steering/class-commands.ts'
import {
  approvedText,
  expectedText,
  isAbove,
  leasesByPrefix,
  meaningOf,
  movesText,
  outcomeText,
  setLeases,
  toldChanges,
} from '@vagus/api/proposal-words'
import { noPaint } from '../src/paint.ts'
import { borderListText, borderText } from '../src/steering/border-text.ts'
import { decisionRecord } from '../src/steering/decision-record.ts'
import { borderList, ended, inForce, measured, open, owing, possible, resourceOf } from './steering-samples.ts'

test('a time in a command to copy is the same when it is read', () => {
  assert.deepEqual([3600, 5400, 86_400, 61].map(spanWords), ['1h', '90m', '1d', '61s'])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 86_400 * 400 }), (seconds) => {
      assert.equal(parseDuration(spanWords(seconds)), seconds * 1000)
    }),
  )
})

test('moves are counted where they differ, and named where they do not', () => {
  const [move] = open.moves as [(typeof open.moves)[number]]
  assert.equal(movesText([move]), '10.16.0.0/16 pe-1-tr-1 → pe-2-tr-1')
  assert.equal(movesText([move, { ...move, prefix: '10.17.0.0/16' }]), '2 prefixes pe-1-tr-1 → pe-2-tr-1')
  const elsewhere = { ...move, prefix: '10.17.0.0/16', from: 'pe-4-tr-2', to: 'ix' }
  assert.equal(movesText([move, elsewhere]), '2 prefixes 2 links → 2 links')
  assert.equal(movesText([]), 'nothing')
})

test('moves that end before they were measured do not claim that what they gave is known', () => {
  assert.match(meaningOf(measured), /what they gave is known$/)
  assert.match(meaningOf({ ...measured, outcome: null }), /ended before what they gave was known$/)
})

test('shares are those of the fullest link that was above its threshold', () => {
  const [link] = open.because as [(typeof open.because)[number]]
  const because = [{ ...link, link: 'pe-2-tr-1', capacity: 20e6 }, link]
  assert.equal(expectedText({ ...open, because }), '93 → 61 %')
  assert.equal(outcomeText({ ...measured, because }), 'peak 62, not 96 %')
  assert.equal(expectedText({ ...open, expected: [] }), '–')
})

test('of a link that is down no share is used', () => {
  const [border] = borderList.items as [(typeof borderList.items)[number]]
  const canvas = { columns: 200, paint: noPaint, detail: 'plain' } as const
  const links = border.links.map((link) => ({ ...link, load: 0, capacity: 0, threshold: 0, upper: 0 }))
  const shown = borderText({ ...border, links }, borderList.now, canvas)
  const record = decisionRecord(resourceOf(open), new Map(links.map(({ link }) => [link, 0])), canvas)
  for (const text of [shown, record]) assert.doesNotMatch(text, /NaN|Infinity|∞/)
  assert.match(shown, /none above its threshold/)
})

test('a link that is down is marked, and one whose load is not known is not', () => {
  const canvas = { columns: 200, paint: noPaint, detail: 'plain' } as const
  const [first] = borderList.items
  const unread = {
    ...borderList,
    items: [{ ...first!, links: first!.links.map((link) => Object.assign({}, link, { isDown: undefined })) }],
  }
  assert.match(borderListText(borderList, canvas), /\ntransit +pe-4-tr-2 +DOWN +– /)
  assert.match(borderListText(unread, canvas), /\ntransit +pe-4-tr-2 +– +– /)
})

test('the loads of a border are of its last step, however long ago that was', () => {
  const canvas = { columns: 200, paint: noPaint, detail: 'plain' } as const
  assert.match(borderListText(borderList, canvas), / IN: mean of 1m to 12:40:47Z /)
  const items = borderList.items.map((border) => ({ ...border, readAt: null }))
  assert.match(borderListText({ ...borderList, items }, canvas), / IN: not read yet /)
})

test('the record of a proposal says what agents have not released yet', () => {
  const canvas = { columns: 200, paint: noPaint, detail: 'plain' } as const
  const left = /\nnot released yet: 10\.16\.0\.0\/16 on pe-1-tr-1 at pe-1, at the latest at 13:40:02Z/
  const record = (approval: typeof ended) =>
    decisionRecord(resourceOf({ ...open, state: 'measured', approval }), new Map(), canvas)
  assert.match(record(owing), left)
  assert.doesNotMatch(record(ended), left)
})

test('a link is above its threshold from there on, as the engine has it', () => {
  const at = (load: number | null) => isAbove({ load, capacity: 100, threshold: 80 })
  assert.deepEqual([null, 79, 80, 81].map(at), [false, false, true, true])
})

test('what was approved says by whom, and whether that has ended', () => {
  const said = [null, inForce, ended].map((approval) => approvedText({ approval }))
  assert.deepEqual(said, ['–', 'operator', 'vagus, ended'])
  assert.deepEqual(
    setLeases(inForce).map(({ link }) => link),
    ['pe-4-tr-2', 'pe-1-tr-1'],
  )
})

test('leases of one prefix stand together, in the order in which they were made', () => {
  const leases = ['b', 'a', 'b', 'a'].map((prefix, at) => ({ ...inForce.leases[0]!, prefix, link: `link-${at}` }))
  assert.deepEqual(
    leasesByPrefix({ leases }).map(({ link }) => link),
    ['link-0', 'link-2', 'link-1', 'link-3'],
  )
})

test('each neighbour that is or was told of a prefix has a line; one that is told no more, too', () => {
  const [lease] = inForce.leases as [(typeof inForce.leases)[number]]
  const gone = toldChanges({ ...lease, after: [{ neighbour: '10.0.9.2', med: 200, asPathLength: 3 }] })
  assert.deepEqual(gone, [
    { neighbour: '10.0.4.2', before: 'MED 100', after: 'nothing', asPathLength: 2 },
    { neighbour: '10.0.9.2', before: 'nothing', after: 'MED 200', asPathLength: 3 },
  ])
  assert.deepEqual(
    possible.leases.flatMap(toldChanges).map(({ after }) => after),
    ['–', '–', '–', '–'],
  )
})

test('the record says who approved, what ended it, and offers to undo only what is in force', () => {
  const canvas = { columns: 200, paint: noPaint, detail: 'plain' } as const
  const record = (proposal: typeof open): string => decisionRecord(resourceOf(proposal), new Map(), canvas)
  const byItself = record({ ...measured, approval: { ...inForce, by: 'vagus' } })
  assert.match(byItself, /\nby vagus itself, within the bounds of vagus\.yaml, 12:40:02Z · in force until 13:40:02Z\n/)
  assert.match(byItself, /\nto undo it\nvagus proposal undo transit-6\n/)
  const over = record(measured)
  assert.match(over, / · ended 09:52:32Z: pe-4 has it no more: its session with the router ended\n/)
  assert.doesNotMatch(over, /to undo it/)
  const again = record({ ...open, approval: ended })
  assert.match(again, /\nto do it\nvagus proposal approve transit-7 --dry-run/)
  const byHand = record({ ...measured, approval: null })
  assert.match(
    byHand,
    /\nto undo it\nits traffic classes were asked for one by one[^]*vagus bgp undo 'ID' --device pe-4/,
  )
})

test('borders with the same reason to wait share a line; one that acts has its own', () => {
  const canvas = { columns: 200, paint: noPaint, detail: 'plain' } as const
  const autonomy = { acts: false, because: 'steering.act in vagus.yaml is on-approval' }
  const waiting = { ...borderList, items: borderList.items.map((border) => ({ ...border, autonomy })) }
  assert.match(
    borderListText(waiting, canvas),
    /\ntransit, exchange-of-the-city wait for approval \(steering\.act in vagus\.yaml is on-approval\)$/,
  )
  assert.match(borderListText(borderList, canvas), /\ntransit acts by itself \(6 proposals in a row[^\n]*\)\nexchange/)
})
