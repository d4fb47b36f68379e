import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { Roster } from '@vagus/identity'
import { NewestRoster } from '../../src/roster/newest-roster.ts'
import { ownerOf } from '../../src/roster/owner.ts'
import { RosterFiles } from '../../src/roster/roster-files.ts'
import { newOwner } from './rosters.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-newest-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const day = 86_400_000
let files = 0

function newestOf(owner: string, path = join(folder, `kept-${++files}`)) {
  const lines: string[] = []
  const newer: number[] = []
  let expired = 0
  const newest = new NewestRoster({
    owner,
    path,
    onNewer: ({ epoch }: Roster) => void newer.push(epoch),
    onEnd: () => expired++,
    report: (line) => void lines.push(line),
  })
  return { newest, lines, newer, path, expired: () => expired }
}
const problemIn = (taken: ReturnType<NewestRoster['take']>): string =>
  typeof taken === 'object' ? taken.problem : assert.fail(taken)

describe('the newest roster', () => {
  const owner = newOwner()
  const now = Date.now()

  test('is never an older one, another one of the same epoch, or that of another owner', () => {
    const { newest, newer } = newestOf(owner.id)
    const second = owner.sign({ epoch: 2 })
    assert.equal(newest.take(second, now), 'newer')
    assert.equal(newest.take(second, now), 'known')
    assert.match(problemIn(newest.take(owner.sign({ epoch: 1 }), now)), /epoch 1 is below 2/)
    assert.match(problemIn(newest.take(owner.sign({ epoch: 2, policies: '' }), now)), /another roster of epoch 2/)
    assert.equal(newest.take(newOwner().sign({ epoch: 9 }), now), 'other')
    assert.match(problemIn(newest.take(`${second.slice(0, -4)}AAAA`, now)), /signature/)
    assert.equal(newest.take(owner.sign({ epoch: 3 }), now), 'newer')
    assert.deepEqual(newer, [2, 3])
  })

  test('is known to the next process, also when it has expired meanwhile', () => {
    const { newest, path } = newestOf(owner.id)
    newest.take(owner.sign({ epoch: 5, from: now - 10 * day, seconds: 86_400 * 11 }), now)
    const next = newestOf(owner.id, path)
    assert.deepEqual([next.newest.epoch, next.newer], [5, [5]])
    assert.match(problemIn(next.newest.take(owner.sign({ epoch: 4 }), now + 30 * day)), /below 5|expired/)
    assert.match(problemIn(next.newest.take(owner.sign({ epoch: 4, from: now + 2 * day }), now + 2 * day)), /below 5/)
    assert.deepEqual(newestOf(newOwner().id, path).newer, [])
    writeFileSync(path, 'damaged')
    const damaged = newestOf(owner.id, path)
    assert.match(damaged.lines.join(), /is not believed/)
    assert.equal(damaged.newest.take(owner.sign({ epoch: 1 }), now), 'newer')
    assert.match(readFileSync(path, 'utf8'), /^ey/)
  })

  test('tells each end of a role in it once', () => {
    const { newest, expired } = newestOf(owner.id)
    const start = Math.floor(now / 1000) * 1000
    const terms = [10_000, 20_000].map((after) => ({ role: `r${after}`, until: start + after }))
    newest.take(owner.sign({ epoch: 1, members: [{ id: owner.id, name: 'own', roles: [], terms }] }), now)
    const told = [9000, 10_000, 11_000, 20_000, 30_000].map((after) => {
      newest.look(start + after)
      return expired()
    })
    assert.deepEqual(told, [0, 1, 1, 2, 2])
  })

  test('is on the disk before anybody goes by it', () => {
    const path = join(folder, 'before')
    const kept: string[] = []
    const newest = new NewestRoster({
      owner: owner.id,
      path,
      onNewer: () => void kept.push(readFileSync(path, 'utf8').trim()),
      onEnd: () => undefined,
      report: assert.fail,
    })
    const signed = [1, 2].map((epoch) => owner.sign({ epoch }))
    for (const jws of signed) newest.take(jws, now)
    assert.deepEqual(kept, signed)
  })

  test('that cannot be kept holds all the same, and its operator is told', () => {
    const { newest, lines, newer } = newestOf(owner.id, join(folder, 'missing', 'kept'))
    assert.equal(newest.take(owner.sign({ epoch: 1 }), now), 'newer')
    assert.deepEqual(newer, [1])
    assert.match(lines.join(), /a restart may not know it/)
  })

  test('is about to end for fourteen days, and ends, each told once', () => {
    const { newest, lines, expired } = newestOf(owner.id)
    newest.take(owner.sign({ epoch: 1, seconds: 86_400 * 30 }), now)
    for (const days of [0, 15, 17, 18, 29, 31, 32]) newest.look(now + days * day)
    assert.deepEqual([lines.length, expired()], [2, 1])
    assert.match(lines.join('\n'), /expires at .*\n.*expired at .*: nobody is served and called/)
    newest.take(owner.sign({ epoch: 2, from: now + 32 * day, seconds: 86_400 * 30 }), now + 32 * day)
    newest.look(now + 49 * day)
    assert.equal(lines.length, 3)
  })
})

test('files with rosters are read when they come and when they change, and only then', () => {
  const owner = newOwner()
  const [keyring, shared] = [join(folder, 'keyring'), join(folder, 'shared')]
  const seen = new RosterFiles(keyring, [shared])
  const changed = (): readonly string[] => seen.changed().map(({ text }) => text ?? 'too long')
  assert.deepEqual(changed(), [])
  for (const path of [keyring, join(keyring, 'acme'), join(keyring, 'writer'), shared]) mkdirSync(path)
  const [first, second] = [owner.sign({ epoch: 1 }), owner.sign({ epoch: 2 })]
  writeFileSync(join(keyring, 'acme', 'roster.jws'), `${first}\n`)
  writeFileSync(join(shared, 'acme.roster'), first)
  writeFileSync(join(shared, 'acme.jws'), first)
  assert.deepEqual(changed(), [first, first])
  assert.deepEqual(changed(), [])
  writeFileSync(join(shared, 'acme.roster'), second)
  assert.deepEqual(changed(), [second])
  writeFileSync(join(shared, 'b.roster'), 'x'.repeat(1_048_580))
  assert.deepEqual(changed(), ['too long'])
})

test('an owner has a name by a file of this host, or is an id', () => {
  const owner = newOwner()
  const shared = join(folder, 'named')
  mkdirSync(shared)
  assert.equal(ownerOf('globex', join(folder, 'none'), [shared]), undefined)
  writeFileSync(join(shared, 'globex.roster'), `${owner.sign({ epoch: 1, from: 0, seconds: 60 })}\n`) // it has expired
  assert.equal(ownerOf('globex', join(folder, 'none'), [shared]), owner.id)
  assert.equal(ownerOf(owner.id, join(folder, 'none'), []), owner.id)
  for (const name of ['../named/globex', 'GLOBEX', '', 'did:key:x'])
    assert.equal(ownerOf(name, folder, [shared]), undefined)
})
