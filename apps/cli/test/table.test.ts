import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Column, cut, printable, table } from '../src/table.ts'

const plain = (text: string): string => text
const columns: readonly Column[] = [
  { head: 'NAME', align: 'left', shrink: 4 },
  { head: 'NOTE', align: 'left', leaves: 1 },
  { head: 'RATE', align: 'right' },
]
const rows = [
  ['a-rather-long-name', 'whatever', '41.2 Mb/s'],
  ['b', '', '7 b/s'],
]

describe('a table', () => {
  test('puts numbers to the right and leaves no space at the end of a line', () => {
    assert.equal(
      table(columns, rows, 80, plain),
      [
        'NAME                NOTE           RATE',
        'a-rather-long-name  whatever  41.2 Mb/s',
        'b                                 7 b/s',
      ].join('\n'),
    )
  })
  test('cuts what may be cut before it lets a column go', () => {
    assert.equal(
      table(columns, rows, 30, plain),
      ['NAME       NOTE           RATE', 'a-rather…  whatever  41.2 Mb/s', 'b                        7 b/s'].join('\n'),
    )
  })
  test('lets the least important column go when cutting is not enough', () => {
    assert.equal(
      table(columns, rows, 20, plain),
      ['NAME            RATE', 'a-rather…  41.2 Mb/s', 'b              7 b/s'].join('\n'),
    )
  })
  test('cuts nothing where the width is not limited, as in a pipe', () => {
    const wide = table(columns, [['x'.repeat(500), '', '1 b/s']], Infinity, plain)
    assert.ok(wide.includes('x'.repeat(500)))
  })
  test('paints a cell after it was padded, so that colours take no room', () => {
    const paint = (text: string): string => `\u001b[31m${text}\u001b[39m`
    assert.equal(
      table(
        [
          { head: 'STATE', align: 'left' },
          { head: 'N', align: 'right' },
        ],
        [[{ text: 'down', paint }, '1']],
        80,
        plain,
      ),
      'STATE  N\n\u001b[31mdown \u001b[39m  1',
    )
  })
  test('never lets what a peer sent move the cursor', () => {
    assert.equal(printable('eth0\u001b[2J\r\n\u009b1m\u202eevil'), 'eth0?[2J???1m?evil')
    assert.ok(!table([{ head: 'IF', align: 'left' }], [['eth\u001b[2J']], 80, plain).includes('\u001b'))
  })
  test('does not double an ellipsis', () => assert.equal(cut('z6Mk…doK', 6), 'z6Mk…'))
  test('cuts by code points, never inside one', () => assert.equal(cut('a𝄞𝄞𝄞', 3), 'a𝄞…'))
  test('fits every width that its fixed columns fit in', () => {
    const text = fc.string({ maxLength: 30 })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text), { maxLength: 5 }),
        fc.integer({ min: 20, max: 120 }),
        (pairs, width) => {
          const drawn = table(
            columns,
            pairs.map(([name, note]) => [name, note, '41.2 Mb/s']),
            width,
            plain,
          )
          for (const line of drawn.split('\n')) assert.ok(Array.from(line).length <= width, `${line.length} > ${width}`)
        },
      ),
    )
  })
})
