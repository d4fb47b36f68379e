import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { besideControl, StateFile } from '../src/state-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-state-'))
after(() => rmSync(folder, { recursive: true }))

describe('a file of state', () => {
  const path = besideControl(join(folder, 'pe-1.sock'), 'things.json')
  const file = new StateFile<{ readonly things: readonly string[] }>({ path, what: 'things', version: 2 })
  const read = (): readonly string[] | undefined => file.read(({ things }) => things.map((one) => one.trim()))

  test('is beside the control socket, for its user alone, and gives back what was written last', () => {
    assert.equal(read(), undefined)
    file.write({ things: ['a'] })
    file.write({ things: ['a', 'b'] })
    assert.equal(path, join(folder, 'pe-1-things.json'))
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual(read(), ['a', 'b'])
  })

  for (const [text, problem] of [
    ['', /pe-1-things\.json has no things: /],
    ['null', /has no things: /],
    ['{"things":[]}', /has no things: version undefined; must be 2/],
    ['{"version":1,"things":[]}', /has no things: version 1; must be 2/],
    ['{"version":2,"things":[7]}', /has no things: /],
  ] as const)
    test(`says what is wrong with ${text || 'an empty one'}`, () => {
      writeFileSync(path, text)
      assert.throws(read, problem)
    })
})
