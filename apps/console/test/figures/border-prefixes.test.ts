import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Border } from '@vagus/api/steering'
import { byLink, heaviestOf, heaviestShown } from '../../src/figures/border-prefixes.ts'

const links = ['b', 'a'].map((link) => ({ link })) as unknown as Border['links']
const prefix = (name: string, link: string, bitsPerSecond: number, steeredTo: string | null = null) => ({
  prefix: name,
  link,
  bitsPerSecond,
  steeredTo,
})

test('prefixes stand in the order of the links, on each the heaviest first, those of no link last', () => {
  const prefixes = [prefix('1', 'a', 5), prefix('2', 'gone', 9), prefix('3', 'b', 1), prefix('4', 'a', 7)]
  assert.deepEqual(
    byLink({ links, prefixes }).map(({ prefix: name }) => name),
    ['3', '4', '1', '2'],
  )
})

test('of each link the heaviest are shown, and all that are steered', () => {
  const many = Array.from({ length: 9 }, (_, at) => prefix(`a${at}`, 'a', 9 - at, at === 7 ? 'b' : null))
  const shown = heaviestOf([prefix('b0', 'b', 1), ...many]).map(({ prefix: name }) => name)
  assert.deepEqual(shown, ['b0', ...many.slice(0, heaviestShown).map(({ prefix: name }) => name), 'a7'])
})
