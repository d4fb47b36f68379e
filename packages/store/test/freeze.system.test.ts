import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { freezeStore, isStoreFile, openControlStore, openFlowLog } from '../src/index.ts'
import { holdControl } from '../src/control/held-control.ts'
import { killedBlock } from './killed-block.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-freeze-'))
after(() => rmSync(root, { recursive: true }))
const range = (from: number, to: number): string =>
  `${String(from).padStart(12, '0')}-${String(to).padStart(12, '0')}.parquet`

describe('the frozen files of a store', () => {
  test('are those that a start after kill -9 would use, and stay when the store removes them', () => {
    const folder = join(root, 'flows')
    const write = (name: string): void => {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), name)
    }
    const live = [
      `raw/${range(1, 20)}`,
      `minute/traffic/${range(1, 20)}`,
      'covered/000000000020',
      'log/0000000000000021.vlog',
    ]
    const others = [
      `raw/${range(1, 10)}`, // was merged
      `minute/traffic/${range(21, 30)}`, // its seal was not finished
      `raw/${range(21, 30)}.unfinished`,
      `raw/${range(31, 40)}.damaged`,
      'covered/000000000010',
      'log/0000000000000001.vlog', // all of it is sealed
      'log/0000000000000021.vlog.anew',
      'tmp/spilt',
    ]
    for (const name of [...live, ...others]) write(name)
    const into = join(folder, 'tmp', 'snapshot')
    const frozen = freezeStore(folder, into)
    assert.deepEqual(frozen.map(({ name }) => name).sort(), live.toSorted())
    assert.ok(frozen.every(({ name }) => isStoreFile(name)))
    rmSync(join(folder, live[0]!))
    assert.equal(readFileSync(join(into, live[0]!), 'utf8'), live[0])
  })

  test('are not held for somebody who has given up and removed the folder for them', () => {
    const folder = join(root, 'given-up')
    mkdirSync(join(folder, 'tmp'), { recursive: true })
    assert.throws(() => freezeStore(folder, join(folder, 'tmp', 'snapshot', 'flows')), {
      code: 'io',
      message: /ENOENT/,
    })
    assert.deepEqual(readdirSync(join(folder, 'tmp')), [])
  })

  test('end with the last block that is whole, while the next is being written', () => {
    const folder = join(root, 'written')
    const log = openFlowLog({ folder }, 0)
    for (let block = 1; block <= 3; block++) log.append(killedBlock(block), 0)
    mkdirSync(join(folder, 'tmp'))
    const [segment] = readdirSync(join(folder, 'log'))
    appendFileSync(join(folder, 'log', segment!), 'half of a block')
    const [frozen] = freezeStore(folder, join(folder, 'tmp', 'snapshot'))
    const octets = readFileSync(join(folder, 'tmp', 'snapshot', frozen!.name)).subarray(0, frozen!.octets)
    log.close(0)
    const copy = join(root, 'copy')
    mkdirSync(join(copy, 'log'), { recursive: true })
    writeFileSync(join(copy, frozen!.name), octets)
    const events: unknown[] = []
    const again = openFlowLog({ folder: copy, onEvent: (event) => events.push(event) }, 0)
    assert.equal(again.state().acknowledged, 3)
    assert.deepEqual(events, [])
    again.close(0)
  })
})

describe('control state that is held', () => {
  const path = join(root, 'control.sqlite')
  test('is copied as it is, and nobody opens it meanwhile', () => {
    openControlStore({ path }).close()
    const held = holdControl(path)
    assert.ok(held.state === 'held')
    assert.throws(() => openControlStore({ path }), { code: 'locked' })
    held.copyTo(join(root, 'copy.sqlite'))
    held.release()
    openControlStore({ path: join(root, 'copy.sqlite') }).close()
  })
  test('is not held while a controller has it, and a copy is made by that', () => {
    const control = openControlStore({ path })
    control.put('a', 1, 0)
    assert.equal(holdControl(path).state, 'in use')
    control.copyTo(join(root, 'own.sqlite'))
    control.put('a', 2, 0)
    control.close()
    const copy = openControlStore({ path: join(root, 'own.sqlite') })
    assert.equal(copy.get('a')?.value, 1)
    copy.close()
  })
  test('is told from none, and from a file that is no database', () => {
    assert.equal(holdControl(join(root, 'none.sqlite')).state, 'absent')
    writeFileSync(join(root, 'text.sqlite'), 'no database'.repeat(99))
    assert.equal(holdControl(join(root, 'text.sqlite')).state, 'damaged')
  })
})
