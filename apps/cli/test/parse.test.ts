import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { defineCommand } from '../src/command.ts'
import { Failure } from '../src/failure.ts'
import { parse } from '../src/parse.ts'

const command = defineCommand({
  name: 'flow top',
  summary: '',
  effect: 'ro',
  examples: [],
  arguments: [{ name: 'LINK', description: 'a link', presence: 'optional' }],
  rest: 'CMD…',
  options: {
    by: { type: 'words', value: 'DIMS', choices: ['src', 'dst', 'srcPort'], default: ['src'], description: '' },
    n: { type: 'count', short: 'n', value: 'N', min: 1, max: 10, default: 5, description: '' },
    last: { type: 'duration', value: 'TIME', default: '5m', description: '' },
    from: { type: 'time', value: 'TIME', description: '' },
    watch: { type: 'count', value: 'S', min: 1, max: 60, bare: 2, description: '' },
    json: { type: 'flag', description: '' },
    output: { type: 'text', short: 'o', value: 'FORM', choices: ['table', 'wide'], description: '' },
  },
  run: () => Promise.resolve(0),
})
const strict = { ...command, arguments: [], rest: '' }
const fault = { name: 'FAULT', description: 'what to break', presence: 'required' as const, choices: ['a', 'b'] }
const choosing = { ...command, arguments: [fault] }
const needing = { ...command, arguments: [{ name: 'NODE', description: 'a router', presence: 'required' as const }] }

describe('parsing', () => {
  const rows: readonly {
    readonly line: string
    readonly values: object
    readonly words?: string[]
    readonly rest?: string[]
  }[] = [
    { line: '', values: { by: ['src'], n: 5, last: 300, json: false, watch: undefined } },
    { line: '--by dst,srcPort -n3 --last 90s --json', values: { by: ['dst', 'srcPort'], n: 3, last: 90, json: true } },
    { line: '--by src --by dst', values: { by: ['src', 'dst'] } },
    { line: '--by=dst --last=2h -o wide', values: { by: ['dst'], last: 7200, output: 'wide' } },
    { line: '--from 2026-11-27T03:00:00+01:00', values: { from: '2026-11-27T02:00:00.000Z' } },
    { line: '--from 2026-11-27T03:00:00.5z', values: { from: '2026-11-27T03:00:00.500Z' } },
    { line: '--from 2026-07-27T03:00', values: { from: new Date(2026, 6, 27, 3).toISOString() } },
    { line: '--watch', values: { watch: 2 } },
    { line: '--watch --json', values: { watch: 2, json: true } },
    { line: '--watch 5 --json', values: { watch: 5, json: true } },
    { line: 'pe-1 -- vtysh -c --json', values: { json: false }, words: ['pe-1'], rest: ['vtysh', '-c', '--json'] },
    { line: 'pe-1 -- x --watch', values: { watch: undefined }, words: ['pe-1'], rest: ['x', '--watch'] },
  ]
  for (const { line, values, words = [], rest = [] } of rows)
    test(`understands "${line}"`, () => {
      const parsed = parse(
        command,
        line.split(' ').filter((word) => word !== ''),
      )
      for (const [name, value] of Object.entries(values)) assert.deepEqual(parsed.values[name], value, name)
      assert.deepEqual(parsed.words, words)
      assert.deepEqual(parsed.rest, rest)
    })

  const rejects: readonly (readonly [typeof command, string, RegExp, RegExp])[] = [
    [command, '-n=5', /"-n" takes its value without "="/, /write -n 5, or --n=5/],
    [command, '--lsat 5m', /no option "--lsat"/, /did you mean --last\?/],
    [command, '--by sorc', /"sorc" is not a value of --by/, /did you mean "src"\?/],
    [command, '-o full', /"full" is not a value of -o/, /takes table, wide/],
    [command, '-n 11', /"-n" must be 1\.\.10, got "11"/, /--help/],
    [command, '-n -1', /"-n" must be 1\.\.10, got "-1"/, /--help/],
    [command, '-n --json', /"-n" needs a value: -n N/, /--help/],
    [choosing, '', /needs FAULT, what to break: a, b/, /--help/],
    [command, '-n 3.5', /got "3.5"/, /--help/],
    [command, '--last 5x', /"--last" must be a number and s, m, h or d, such as 5m, got "5x"/, /--help/],
    [command, '--last 5', /"--last" must be a number and s, m, h or d, such as 5m, got "5"/, /--help/],
    [command, '--last 0s', /"--last" must be 1s\.\.36500d, got "0s"/, /--help/],
    [command, '--last 99999d', /"--last" must be 1s\.\.36500d, got "99999d"/, /--help/],
    ...[
      'yesterday',
      '03:00',
      '2026-11-27',
      '2026-02-30T03:00Z',
      '2026-13-01T03:00',
      '2026-11-27T25:00',
      '1969-12-31T23:00Z',
    ].map(
      (text) =>
        [command, `--from ${text}`, /"--from" must be .* or "2026-11-27 03:00" of local time, got/, /--help/] as const,
    ),
    [command, '--last', /"--last" needs a value: --last TIME/, /--help/],
    [command, '--last --json', /"--last" needs a value/, /--help/],
    [command, '--json=yes', /"--json" takes no value/, /--help/],
    [{ ...command, rest: '' }, 'a b', /"b" is one word too many/, /--help/],
    [command, 'a b c', /"b" is one word too many/, /behind "--": vagus flow top … -- b c/],
    [strict, '-- x', /takes nothing after "--"/, /--help/],
    [needing, '', /"vagus flow top" needs NODE, a router/, /--help/],
  ]
  for (const [of, line, message, fix] of rejects)
    test(`refuses "${line}" with exit 2 and what would be right`, () => {
      assert.throws(
        () =>
          parse(
            of,
            line.split(' ').filter((word) => word !== ''),
          ),
        (error: unknown) => {
          assert.ok(error instanceof Failure)
          assert.equal(error.exit, 2)
          assert.match(error.message, message)
          assert.match(error.fix, fix)
          return true
        },
      )
    })

  test('throws nothing but a usage failure, whatever is typed', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '--by',
        '--',
        '-n',
        '-n3',
        '--watch',
        '--help',
        '--json',
        '5m',
        '__proto__',
        '--__proto__',
        '--constructor=1',
      ),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        try {
          parse(command, words)
        } catch (error) {
          assert.ok(error instanceof Failure, String(error))
          assert.equal(error.exit, 2)
        }
      }),
    )
  })
})
