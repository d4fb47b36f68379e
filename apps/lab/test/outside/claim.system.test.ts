import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { claimFolder } from '../../src/outside/claim.ts'
import { releaseClaim, writeHolder } from '../../src/outside/holding-process.ts'
import type { LabSpec } from '../../src/spec.ts'

test('the folder of a lab is one caller’s at a time, and nobody else touches it', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-claim-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const labs = join(home, 'lab')
  const folder = join(labs, 'metro')
  const specOf = (topology: string): LabSpec => ({ name: 'metro', folder, topology }) as LabSpec
  const topology = (): string => (JSON.parse(readFileSync(join(folder, 'lab.json'), 'utf8')) as LabSpec).topology
  const isTaken = (): void => {
    assert.throws(() => claimFolder(specOf('late')), { code: 'exists' })
    assert.deepEqual(readdirSync(labs), ['metro'])
    assert.equal(readFileSync(join(folder, 'logs/first.log'), 'utf8'), 'mine')
    assert.equal(topology(), 'first')
  }

  claimFolder(specOf('first'))
  writeFileSync(join(folder, 'logs/first.log'), 'mine')
  isTaken() // while it comes up
  writeHolder(folder, process.pid)
  releaseClaim(folder)
  isTaken() // while it runs
  rmSync(join(folder, 'pid'))
  claimFolder(specOf('second')) // it is dead
  assert.equal(topology(), 'second')
  assert.deepEqual([readdirSync(labs), readdirSync(join(folder, 'logs'))], [['metro'], []])
})

test('a folder that cannot be made says what helps', () => {
  const spec = { name: 'metro', folder: join(import.meta.filename, 'lab/metro') } as LabSpec
  assert.throws(() => claimFolder(spec), /cannot write the lab's folder \(.*\); set VAGUS_HOME to a folder of yours/)
})
