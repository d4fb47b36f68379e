import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { ControllerRosters } from '@vagus/lookup'
import { eventually } from '../../../../scripts/eventually.ts'
import { NewestRoster } from '../../src/roster/newest-roster.ts'
import { RosterFiles } from '../../src/roster/roster-files.ts'
import { RosterSource } from '../../src/roster/roster-source.ts'
import { newOwner } from './rosters.ts'

const owner = newOwner()
let folder: string
let stop: AbortController
let lines: string[]
let newest: NewestRoster

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vagus-source-'))
  mkdirSync(join(folder, 'shared'))
  stop = new AbortController()
  lines = []
  const report = (line: string): void => void lines.push(line)
  const told = { onNewer: () => undefined, onEnd: () => undefined, report }
  newest = new NewestRoster({ owner: owner.id, path: join(folder, 'kept'), ...told })
})
afterEach(() => {
  stop.abort()
  rmSync(folder, { recursive: true, force: true })
})

const begin = (newer?: ControllerRosters['newer']): Promise<void> =>
  new RosterSource({
    owner: owner.id,
    newest,
    files: new RosterFiles(join(folder, 'keyring'), [join(folder, 'shared')]),
    controller: newer && { newer },
    closing: stop.signal,
    report: (line) => void lines.push(line),
  }).begin()

describe('the newest roster comes', () => {
  test('from a file that comes later, and from one that changes', async () => {
    await begin()
    assert.equal(newest.epoch, undefined)
    for (const epoch of [1, 2]) {
      writeFileSync(join(folder, 'shared', 'acme.roster'), owner.sign({ epoch }))
      await eventually(`epoch ${epoch}`, () => newest.epoch === epoch)
    }
  })
  test('from the controller at the start, and then as soon as it has one', async () => {
    const asked: (number | undefined)[] = []
    let answer = Promise.withResolvers<string | undefined>()
    await begin((_, { after, waitSeconds }) => {
      asked.push(after)
      return waitSeconds === 0 ? Promise.resolve(owner.sign({ epoch: 1 })) : answer.promise
    })
    assert.equal(newest.epoch, 1)
    const first = answer
    answer = Promise.withResolvers()
    first.resolve(owner.sign({ epoch: 2 }))
    await eventually('epoch 2', () => newest.epoch === 2 && asked.length === 3)
    assert.deepEqual(asked, [undefined, 1, 2])
  })
  test('without haste from a controller that answers with an older one, fails, or repeats itself; each told once', async () => {
    let asks = 0
    newest.take(owner.sign({ epoch: 5 }), Date.now())
    const older = owner.sign({ epoch: 4 })
    await begin(async () => {
      if (++asks > 2) throw new Error(`it is out since ${asks}`)
      return older
    })
    await pause(2500)
    assert.ok(asks <= 4, String(asks))
    assert.equal(newest.epoch, 5)
    assert.equal(lines.filter((line) => line.includes('epoch 4 is below 5')).length, 1, lines.join('\n'))
    await eventually('the outage is told', () => lines.some((line) => line.includes('it is out')))
    stop.abort()
    const before = asks
    await pause(1500)
    assert.equal(asks, before)
  })
})
