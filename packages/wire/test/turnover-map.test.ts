import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { TurnoverMap } from '../src/turnover-map.ts'

const key = fc.integer({ min: 0, max: 30 })
const change = fc.oneof(
  fc.record({ type: fc.constant('set' as const), key, value: fc.nat() }),
  fc.record({ type: fc.constant('delete' as const), key }),
  fc.record({ type: fc.constant('clear' as const) }),
)

test('it says what a Map says, with few entries and with many', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const map = new TurnoverMap<number, number>()
      const model = new Map<number, number>()
      for (const each of changes) {
        if (each.type === 'set') {
          map.set(each.key, each.value)
          model.set(each.key, each.value)
        } else if (each.type === 'delete') assert.equal(map.delete(each.key), model.delete(each.key))
        else {
          map.clear()
          model.clear()
        }
        assert.equal(map.size, model.size)
        assert.deepEqual([...map], [...model])
      }
      assert.deepEqual([...map.keys()], [...model.keys()])
      assert.deepEqual([...map.values()], [...model.values()])
      for (let name = 0; name <= 31; name++) {
        assert.equal(map.has(name), model.has(name))
        assert.equal(map.get(name), model.get(name))
      }
    }),
  )
})

test('what an iteration deletes does not come, whether entries are few or many', () => {
  for (const count of [5, 50]) {
    const map = new TurnoverMap<number, string>()
    for (let name = 0; name < count; name++) map.set(name, `v${name}`)
    const seen: string[] = []
    for (const [name, value] of map) {
      seen.push(value)
      map.delete(name)
      map.delete(name + 1)
    }
    assert.deepEqual(
      seen,
      Array.from({ length: Math.ceil(count / 2) }, (_, index) => `v${2 * index}`),
    )
    assert.equal(map.size, 0)
  }
})

test('what stays comes once and in order, whatever else comes and goes meanwhile', () => {
  const kept = fc.uniqueArray(fc.integer({ min: 100, max: 130 }), { maxLength: 20 })
  const before = fc.array(fc.record({ type: fc.constantFrom('set', 'delete'), key }), { maxLength: 60 })
  fc.assert(
    fc.property(kept, before, fc.array(before, { maxLength: 40 }), (names, first, turns) => {
      const map = new TurnoverMap<number, string>()
      const change = (changes: readonly { readonly type: string; readonly key: number }[]): void => {
        for (const each of changes) {
          if (each.type === 'set') map.set(each.key, `v${each.key}`)
          else map.delete(each.key)
        }
      }
      change(first)
      for (const name of names) map.set(name, `v${name}`)
      const seen: number[] = []
      let at = 0
      for (const [name, value] of map) {
        assert.equal(value, `v${name}`)
        assert.ok(map.has(name))
        if (name >= 100) seen.push(name)
        change(turns[at++] ?? [])
      }
      assert.deepEqual(seen, names)
    }),
  )
})

test('an iteration ends when all is cleared', () => {
  for (const count of [5, 50]) {
    const map = new TurnoverMap<string, number>()
    for (let name = 0; name < count; name++) map.set(String(name), name)
    const seen = []
    for (const value of map.values()) {
      seen.push(value)
      map.clear()
    }
    assert.deepEqual(seen, [0])
  }
})

/** Keeps 64 entries of 4 KB, as many at a time, and prints the MiB in use when nothing but young memory was collected. */
const program = `
  const { TurnoverMap } = await import(process.argv[1])
  const map = process.argv[2] === 'Map' ? new Map() : new TurnoverMap()
  const turn = (from, count) => {
    for (let name = from; name < from + count; name++) {
      map.set(String(name), Array.from({ length: 512 }, () => name))
      map.delete(String(name - 64))
    }
  }
  turn(0, 500)
  gc() // puts the table into old memory
  for (let round = 1; round <= 20; round++) {
    turn(500 * round, 500)
    gc({ type: 'minor' })
  }
  console.log(process.memoryUsage().heapUsed / 2 ** 20)
`

test('values that have gone are not kept in memory, as a Map keeps them until V8 collects all of it', () => {
  const module = join(import.meta.dirname, '../src/turnover-map.ts')
  const inUse = (kind: string): number => {
    const flags = ['--expose-gc', '--no-warnings', '--input-type=module', '-e', program, module, kind]
    return Number(execFileSync(process.execPath, flags, { encoding: 'utf8' }))
  }
  assert.ok(inUse('TurnoverMap') < 16)
})
