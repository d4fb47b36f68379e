import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pluginLine, stateIn } from '../src/check/plugin-output.ts'
import { judged } from '../src/check/probe.ts'
import { readRange } from '../src/check/range.ts'
import { fail, ok, warn } from '../src/doctor/check.ts'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { recorded } from './surroundings.ts'

const none = { warning: undefined, critical: undefined }
const ranges = (warning: string, critical: string) => ({ warning: readRange(warning), critical: readRange(critical) })
const figure = (value: number | null) => ({ label: 'silent', value, unit: '', min: 0, max: 9 }) as const

describe('the line of a plugin', () => {
  test('has state, text and figures as the guidelines want them', () =>
    assert.equal(
      pluginLine(
        'WARNING',
        'one of 9 is silent',
        [figure(1), { label: 'lost', value: 0.12345, unit: '%' }],
        ranges('0', '@5:9'),
      ),
      'WARNING - one of 9 is silent | silent=1;0;@5:9;0;9 lost=0.123%',
    ))
  test('stays one line with one bar, whatever a device is called', () =>
    assert.equal(pluginLine('OK', 'a\nb | c=\u001b1', [figure(0)]), 'OK - a b / c=?1 | silent=0;;;0;9'))
  test('writes U for a figure that is not known, and no exponent', () =>
    assert.equal(
      pluginLine('OK', 'x', [figure(null), { label: 'size', value: 5e13, unit: 'B' }]),
      'OK - x | silent=U;;;0;9 size=50000000000000B',
    ))
})

describe('the state of a plugin', () => {
  test('is that of the ranges, CRITICAL before WARNING', () => {
    const states = [0, 1, 5, null].map((value) => stateIn(figure(value), ranges('0', '4')))
    assert.deepEqual(states, ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'])
  })
  test('is what doctor would say without ranges: the worst of its checks', () => {
    const found = { text: 'fine', figures: [figure(0)] } as const
    const bad = [ok('a', 'good'), warn('b', 'so so', 'x'), fail('c', 'broken', 'y')]
    assert.deepEqual(judged({ ...found, checks: [] }, none), { state: 'OK', text: 'fine' })
    assert.deepEqual(judged({ ...found, checks: bad.slice(0, 2) }, none), { state: 'WARNING', text: 'so so' })
    assert.deepEqual(judged({ ...found, checks: bad }, none), {
      state: 'CRITICAL',
      text: 'broken (and 1 more: vagus doctor)',
    })
    assert.equal(judged({ ...found, checks: bad }, ranges('0', '4')).state, 'OK')
  })
})

describe('vagus check', () => {
  const answer = async (...args: readonly string[]) => {
    const around = recorded()
    return { exit: await run(registry, ['check', ...args], around), ...around.written }
  }
  for (const args of [['--bogus'], ['bogus'], ['-w', 'x'], ['-t', '0'], ['controller', 'links']])
    test(`says UNKNOWN and exits 3 for a line that is wrong: ${args.join(' ')}`, async () => {
      const { exit, out, err } = await answer(...args)
      assert.equal(exit, 3)
      assert.match(out, /^UNKNOWN - [^\n|]+\n$/)
      assert.equal(err, '')
    })
  for (const what of ['controller', 'links', 'record', 'rosters'])
    test(`says CRITICAL and exits 2 where no controller answers: ${what}`, async () => {
      const { exit, out, err } = await answer(what, '--controller', 'unix:/nowhere/c.sock', '-t', '60')
      assert.equal(`${exit} ${err}`, '2 ')
      assert.match(out, /^CRITICAL - no controller at unix:\/nowhere\/c\.sock [^\n|]+\n$/)
    })
})
