import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { nodeCrypto } from '../../identity/test/node-crypto.ts'
import { beginning, entryHash } from '../src/index.ts'

test('a hash is what sha256sum makes of the hash before and the canonical entry', () => {
  const entry = '{"at":"2026-11-28T03:00:00.000Z","event":"line.ordered","fields":{"line":"line-1"},"id":1}'
  const command = `printf %s%s "$0" "$1" | sha256sum | cut -c1-64`
  const [one, two] = ['1', '2'].map((id) => entry.replace('"id":1', `"id":${id}`))
  const summed = (before: string, text: string): string =>
    execFileSync('sh', ['-c', command, before, text], { encoding: 'utf8' }).trim()
  const first = entryHash(beginning.hash, JSON.parse(one!), nodeCrypto)
  assert.equal(first, summed(beginning.hash, one!))
  assert.equal(entryHash(first, JSON.parse(two!), nodeCrypto), summed(first, two!))
})
