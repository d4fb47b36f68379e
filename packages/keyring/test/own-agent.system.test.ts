import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Keyring, ownAgent } from '../src/index.ts'

test('an agent that another process makes at the same time is that one', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-own-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const lines: string[] = []
  const own = (keyring: Keyring) => ownAgent({ keyring, name: 'helper', report: (line) => lines.push(line) })
  const made = own(new Keyring(folder))
  class Late extends Keyring {
    /** As it was before the other process wrote the keys. */
    override has(): boolean {
      return false
    }
  }
  assert.deepEqual(own(new Late(folder)).identity, made.identity)
  assert.deepEqual(lines, [`helper is new on this host: its keys are in ${join(folder, 'helper')}`])
})
