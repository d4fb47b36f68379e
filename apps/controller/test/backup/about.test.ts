import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aboutOf } from '../../src/backup/write-backup.ts'

const about = {
  madeAt: '2026-11-28T00:00:00.000Z',
  version: '1',
  domain: null,
  home: '/var/lib/vagus',
  keys: 'without',
  flows: 'with',
  record: null,
}

test('what a manifest says of a backup is taken as it is written', () => assert.deepEqual(aboutOf(about), about))

for (const [key, value] of [
  ['madeAt', '2026-11-28T00:00:00.000Z (and that all is well)'],
  ['madeAt', '2026-13-28T00:00:00.000Z'],
  ['keys', 'some'],
  ['domain', undefined],
  ['record', { after: { id: 0, hash: 'x' }, last: { id: 0, hash: 'x' } }],
] as const)
  test(`a manifest that says ${key}: ${JSON.stringify(value)} is refused`, () =>
    assert.equal(aboutOf({ ...about, [key]: value }), undefined))
