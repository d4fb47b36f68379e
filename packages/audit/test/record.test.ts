import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { testAgent } from '../../identity/test/agents.ts'
import { nodeCrypto } from '../../identity/test/node-crypto.ts'
import {
  beginning,
  continuedEvent,
  keptEntries,
  RecordCheck,
  recordLine,
  type RecordTrust,
  saidSigner,
  type Verdict,
} from '../src/index.ts'
import { chained, controller, type Entry, entryOf, signedHead, written } from './written.ts'

const idsTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1)
const bare = idsTo(12).map(entryOf)
const entries = chained(bare)

function checked(lines: readonly string[], trust: RecordTrust = {}): Verdict {
  const check = new RecordCheck(trust, nodeCrypto)
  for (const line of lines) check.take(line)
  return check.end()
}

const problemOf = (lines: readonly string[], trust?: RecordTrust): string => {
  const verdict = checked(lines, trust)
  return verdict.type === 'wrong' ? verdict.problem : 'whole'
}

describe('a record as it was written', () => {
  test('is whole, and says from where to where, and whose it is', () => {
    const verdict = checked(written(entries, 5), { by: controller.identity.id })
    assert.ok(verdict.type === 'whole', JSON.stringify(verdict))
    assert.deepEqual([verdict.after, verdict.last, verdict.entries], [beginning, markOf(entries.at(-1)!), 12])
    assert.equal(verdict.signed?.by, controller.identity.id)
  })

  test('is whole without an agent, but nobody can be named then', () => {
    const verdict = checked(written(entries, 0))
    assert.ok(verdict.type === 'whole' && verdict.signed === null)
    assert.match(problemOf(written(entries, 0), { by: controller.identity.id }), /^nobody has signed it; did:key:/)
    assert.equal(problemOf(written(entries, 0), { head: signedHead(entries[3]!) }), 'nobody has signed it')
  })

  test('is whole without entries', () => assert.equal(checked(written([], 1)).type, 'whole'))

  test('is signed by whom the reader expects, or refused', () => {
    const other = testAgent(50).identity.id
    assert.match(problemOf(written(entries, 5), { by: other }), /^it is signed by did:key:\w+, not by did:key:/)
  })
})

describe('a record that goes on from a copy', () => {
  test('says where, and only where its entries say so', () => {
    const continued = chained([...bare.slice(0, 6), { ...entryOf(7), event: continuedEvent }, ...bare.slice(7)])
    const verdict = checked(written(continued, 5))
    assert.ok(verdict.type === 'whole')
    assert.deepEqual(verdict.continued, [{ id: 7, at: entryOf(7)['at'] }])
    const plain = checked(written(entries, 5))
    assert.deepEqual(plain.type === 'whole' && plain.continued, [])
  })

  test('has heads of whom it says', () => {
    assert.equal(saidSigner(signedHead(entries[3]!)), controller.identity.id)
    for (const text of ['', 'a.b.c', '..', controller.identity.document]) assert.equal(saidSigner(text), undefined)
  })
})

describe('a record that was touched', () => {
  test('is wrong with any octet changed, and the entry is named where it was one of an entry', () => {
    const lines = written(entries, 5)
    const text = Buffer.from(lines.map((line) => `${line}\n`).join(''))
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const touched = Buffer.from(text)
        touched[at]! ^= mask
        const after = touched.toString('latin1').endsWith('\n') ? touched : Buffer.concat([touched, Buffer.from('?')])
        const problem = problemOf(after.subarray(0, -1).toString('utf8').split('\n'))
        assert.notEqual(problem, 'whole', `octet ${at}`)
        const line = text.subarray(0, at).toString().split('\n').length - 1
        const whole = /^\{.*"id":(\d+)\}$/.exec(lines[line] ?? '')
        if (line > 0 && whole !== null)
          assert.match(problem, new RegExp(`entry ${whole[1]}\\b|after entry ${Number(whole[1]) - 1}\\b`))
      }),
      { numRuns: 3000 },
    )
  })

  test('names the entry that was changed, taken out, put in or moved', () => {
    const lines = written(entries, 0)
    const touched = (change: (lines: string[]) => void): string => {
      const copy = [...lines]
      change(copy)
      return problemOf(copy)
    }
    assert.match(
      touched((copy) => (copy[4] = copy[4]!.replace('link-4', 'link-9'))),
      /^entry 4 \(\S+, link.down\) is not what was written after entry 3: it was changed$/,
    )
    assert.match(
      touched((copy) => copy.splice(6, 2)),
      /^entry 8 .* after entry 5: it was changed, or what was between 5 and 8 was taken out$/,
    )
    assert.match(
      touched((copy) => copy.splice(6, 0, copy[6]!)),
      /^entry 6 .* stands after entry 6: it was put in/,
    )
    assert.match(
      touched((copy) => copy.splice(3, 2, copy[4]!, copy[3]!)),
      /^entry 4 .* after entry 2: it was changed, or what was between 2 and 4 was taken out$/,
    )
    assert.match(
      touched((copy) => copy.splice(2, 0, recordLine(entryOf(99)))),
      /^entry 99 .* has no hash: it was put in/,
    )
  })

  test('is wrong when its end was cut off', () => {
    for (let length = 1; length < 15; length++)
      assert.match(problemOf(written(entries, 5).slice(0, length)), /ends at entry \d+, and its head is of entry 12/)
    assert.equal(problemOf([]), 'it is empty')
  })

  test('is wrong when all hashes were made anew: the heads were signed before', () => {
    const rewritten = chained(bare.map((entry) => (entry.id === 8 ? { ...entry, event: 'x' } : entry)))
    const [header, ...rest] = written(entries, 5)
    const heads = rest.filter((line) => line.startsWith('{"head"'))
    const lines = rewritten.flatMap((entry) => [
      recordLine(entry),
      ...(entry.id % 5 === 0 ? [heads[entry.id / 5 - 1]!] : []),
    ])
    assert.match(
      problemOf([header!, ...lines]),
      /^entries up to 10 and after entry 5 were rewritten after a head of 2026-\S+ was signed$/,
    )
  })

  test('is wrong when even the key of its agent signed it anew, for whoever kept a head', () => {
    const rewritten = chained(bare.map((entry) => (entry.id === 2 ? { ...entry, event: 'x' } : entry)))
    const lines = written(rewritten, 5)
    assert.equal(checked(lines).type, 'whole')
    const head = signedHead(entries[6]!)
    assert.equal(checked(written(entries, 5), { head }).type, 'whole')
    assert.match(
      problemOf(lines, { head }),
      /^entries up to 7 and after entry 5 were rewritten after the head that was kept/,
    )
    const without = chained(bare.filter((entry) => entry.id !== 7))
    assert.match(
      problemOf(written(without, 5), { head }),
      /^entry 7, of which the head that was kept is, was taken out$/,
    )
    assert.match(problemOf(written(entries.slice(0, 5), 5), { head }), /is of entry 7, and the record ends at 5$/)
    const foreign = signedHead(entries[6]!, beginning, testAgent(50))
    assert.match(problemOf(lines, { head: foreign }), /^the head that was kept is not believed/)
  })
})

describe('a record whose oldest entries were cut off', () => {
  const markOfFourth = markOf(entries[3]!)

  test('is whole where so many follow as are kept', () => {
    const far: Entry = { ...entryOf(1), id: keptEntries + 4 }
    const grown = chained([far], markOfFourth)
    const verdict = checked(written(grown, 1, markOfFourth), { head: signedHead(entries[1]!) })
    assert.ok(verdict.type === 'whole', JSON.stringify(verdict))
    assert.deepEqual(verdict.cut, markOfFourth)
  })

  test('is wrong where fewer follow', () => {
    const lines = written(entries.slice(4), 5, markOfFourth)
    assert.equal(checked(lines).type, 'whole') // no head of before is known
    assert.match(
      problemOf(lines, { head: signedHead(entries[6]!) }),
      /^entries 1 to 4 were there when the head of \S+ was signed, and are gone although fewer than 100000 follow$/,
    )
  })

  test('is wrong where something was put in before its beginning', () => {
    const head = signedHead(entries[6]!, markOfFourth)
    assert.match(
      problemOf(written(entries, 5), { head }),
      /the record began after entry 4: what stands after entry 0 was put in/,
    )
  })
})

test('whatever is read, no line makes the check throw', () => {
  const lines = written(entries, 5)
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.json(), fc.string(), fc.constantFrom(...lines)), { maxLength: 20 }), (some) => {
      checked(some)
      checked([lines[0]!, ...some])
    }),
  )
})

function markOf({ id, hash }: { readonly id: number; readonly hash: string }) {
  return { id, hash }
}
