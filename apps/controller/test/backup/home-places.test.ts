import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { placeOf } from '../../src/backup/home-places.ts'

describe('what a backup may have', () => {
  for (const [name, part, is] of [
    ['control.sqlite', 'control.sqlite', 'state'],
    ['flows/log/0000000000000001.vlog', 'flows', 'state'],
    ['flows/raw/000000000001-000000000480.parquet', 'flows', 'state'],
    ['flows/five-minutes/interfaces/000000000001-000000000480.parquet', 'flows', 'state'],
    ['flows/covered/000000000480', 'flows', 'state'],
    ['vagus.yaml', 'vagus.yaml', 'settings'],
    ['agents/report-writer/keys.json', 'agents/report-writer', 'secret'],
    ['agents/report-writer/intents-former.jws', 'agents/report-writer', 'secret'],
    ['registrar/domain-ca.key', 'registrar', 'secret'],
    ['masa/issued.jsonl', 'masa', 'secret'],
    ['idevid/idevid.pem', 'idevid', 'secret'],
    ['joining/state.json', 'joining', 'secret'],
    ['device.yaml', 'device.yaml', 'secret'],
  ] as const)
    test(`${name} is of ${part}`, () => assert.deepEqual(placeOf(name), { part, is }))

  for (const name of [
    'operator.key',
    'control.sqlite-wal',
    'restore.json',
    'restore.lock',
    'flows/tmp/x',
    'flows/raw/1-2.parquet',
    'flows/raw/000000000001-000000000480.parquet/x',
    'flows/../control.sqlite',
    'flows/log/../../x',
    'agents/keys.json',
    'agents/../keys.json',
    'agents/a/b/keys.json',
    'agents/a/lock',
    'registrar/../x.key',
    'registrar/.key',
    'before-restore-1/control.sqlite',
    'constructor',
    '',
    '/',
  ])
    test(`"${name}" is none`, () => assert.equal(placeOf(name), undefined))

  test('never leads out of the home, whatever the name', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^(flows|agents|registrar|\.\.|raw|log|a|\/|\.|keys\.json){0,7}$/), (name) => {
        if (placeOf(name) !== undefined)
          assert.ok(!name.split('/').some((part) => ['', '.', '..'].includes(part)), name)
      }),
    ))
})
