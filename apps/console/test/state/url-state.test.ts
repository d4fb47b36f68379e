import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { dimensions } from '@vagus/api'
import { seriesDimensions } from '@vagus/api/series'
import { commandAbout, commandOf } from '../../src/state/commands.ts'
import { defaultState, dimensionLabels, formatState, pages, parseState, windows } from '../../src/state/url-state.ts'

describe('the address of a view', () => {
  test('leaves out what has its default', () => assert.equal(formatState(defaultState), '#/overview'))

  test('names window, dimensions and link', () => {
    const state = { ...defaultState, page: 'links', last: '15m', by: ['srcSite', 'dstSite'], link: 'a & b' } as const
    assert.equal(formatState(state), '#/links?last=15m&by=srcSite,dstSite&link=a+%26+b')
  })

  test('gives the view again, whatever the view is', () => {
    const state = fc.record(
      {
        page: fc.constantFrom(...pages),
        last: fc.constantFrom(...windows),
        by: fc.uniqueArray(fc.constantFrom(...dimensions), { minLength: 1, maxLength: 2 }),
        series: fc.constantFrom(...seriesDimensions),
        between: fc.constantFrom('sites' as const, 'edges' as const),
        version: fc.constantFrom('all' as const, '4' as const, '6' as const),
        link: fc.string(),
        proposal: fc.string(),
        line: fc.string(),
        intent: fc.string(),
        map: fc.constantFrom('fitting' as const, 'map' as const, 'table' as const),
        filter: fc.string({ unit: 'grapheme' }),
        severity: fc.constantFrom('all' as const, 'warning' as const, 'error' as const),
      },
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(state, (view) => assert.deepEqual(parseState(formatState(view)), view)),
      { numRuns: 60 },
    )
  })

  test('of a stranger gives some view and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (hash) => {
        const view = parseState(`#${hash}`)
        assert.ok(
          pages.includes(view.page) && windows.includes(view.last) && view.by.length >= 1 && view.by.length <= 2,
        )
      }),
    )
  })

  test('falls back where a value is not understood', () => {
    const view = parseState('#/nowhere?last=5y&by=toString,src,src,dst,tos&version=5')
    assert.deepEqual(view, { ...defaultState, by: ['src', 'dst'] })
  })
})

test('every dimension of the contract has a name', () => {
  assert.deepEqual(Object.keys(dimensionLabels).sort(), [...dimensions].sort())
})

test('a panel is copied as the command of its view', () => {
  const state = { ...defaultState, last: '1h', by: ['application'], link: "o'hare 1" } as const
  assert.equal(commandOf('top', state), 'vagus flow top --by application --last 1h')
  assert.equal(commandOf('series', state), 'vagus flow series --by application --last 1h')
  assert.equal(commandOf('agents', state), 'vagus agent ls')
  assert.equal(commandOf('sessions', state), 'vagus session ls')
  assert.equal(commandOf('matrix', state), 'vagus matrix --between sites --version all --last 1h')
  assert.equal(commandAbout('border', 'the exchange'), `vagus border show 'the exchange'`)
  assert.equal(commandOf('load', state), `vagus link show 'o'\\''hare 1' --last 1h`)
})
