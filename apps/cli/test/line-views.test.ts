import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { lineListSchema, lineQuoteSchema, lineResourceSchema } from '@vagus/api/lines'
import { lineListText } from '../src/commands/line-ls.ts'
import { releasedText } from '../src/commands/line-release.ts'
import type { Canvas } from '../src/controller-options.ts'
import { lineText } from '../src/line/line-text.ts'
import { quoteText } from '../src/line/quote-text.ts'
import { noPaint } from '../src/paint.ts'
import { lineList, lineResourceOf, lines, linesNow, possibleQuote, refusedQuote } from './line-samples.ts'

const canvas = (columns: number): Canvas => ({ columns, paint: noPaint, detail: 'plain' })
const golden = (name: string): string => readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8')

const views = [
  { name: 'line-ls', schema: lineListSchema, resource: lineList, draw: (on: Canvas) => lineListText(lineList, on) },
  ...Object.entries(lines).map(([state, line]) => ({
    name: `line-show-${state}`,
    schema: lineResourceSchema,
    resource: lineResourceOf(line),
    draw: (on: Canvas) => lineText(lineResourceOf(line), on),
  })),
  ...[possibleQuote, refusedQuote].map((quote) => ({
    name: `line-quote-${quote.possible ? 'possible' : 'refused'}`,
    schema: lineQuoteSchema,
    resource: quote,
    draw: (on: Canvas) => quoteText(quote, linesNow, on),
  })),
]

for (const { name, schema, resource, draw } of views) {
  describe(name, () => {
    test('is drawn from what the contract allows', () => void schema.parse(resource))
    for (const columns of [80, 100])
      test(`reads as the golden text at ${columns} columns, and fits`, () => {
        const drawn = draw(canvas(columns))
        for (const line of drawn.split('\n')) assert.ok(Array.from(line).length <= columns, line)
        assert.equal(`${drawn}\n`, golden(`${name}-${columns}`))
      })
  })
}

test('line ls -o wide has the path, the moves and the reason of every line', () => {
  const drawn = lineListText(lineList, { ...canvas(Infinity), detail: 'wide' })
  assert.match(drawn, /^line-3 .* 1 +pe-3 – p-1 – pe-4 +all 3 routers hold it$/m)
})

test('a release says how long before its time the line ended, and why', () => {
  const released = { ...lines.active, state: 'released' as const, since: linesNow, because: 'the operator ended it' }
  assert.equal(
    releasedText(lineResourceOf(released)),
    'line-3 from dc-east to dc-west has ended, 30m before its time: the operator ended it',
  )
})

test('a line that its ends pass by says so, and since when it was there', () => {
  assert.match(
    lineText(lineResourceOf(lines.past), canvas(200)),
    /NOT USED, active since .*\n.*\n {2}its probes are lost: an end sends past it/,
  )
})
