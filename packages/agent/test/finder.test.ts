import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Identity } from '@vagus/identity'
import { Finder } from '../src/dial/finder.ts'
import type { OwnSide } from '../src/handshake/own-side.ts'

test('an agent that looks itself up hears that it is the one', async () => {
  const identity = { id: 'did:key:own', locators: [] } as unknown as Identity // sound: no more of it is read
  const own = { id: identity.id, known: { found: () => identity } } as unknown as OwnSide
  const finder = new Finder({ find: async () => [{ document: '' }] }, own)
  const { signal } = new AbortController()
  for (const name of ['boss', 'did:key:own'])
    await assert.rejects(finder.find(name, signal), {
      code: 'unknown-agent',
      message: `"${name}" is this agent itself, which does not call itself`,
    })
  await assert.rejects(finder.find('did:key:other', signal), { message: /the look-up knows no agent/ })
})

test('an agent whose document does not hold is not reached for now, and one without a document is unknown', async () => {
  const known = {
    found(): never {
      throw new Error('it begins in an hour')
    },
  }
  const own = { id: 'did:key:own', known } as unknown as OwnSide
  const { signal } = new AbortController()
  const finder = new Finder({ find: async (name) => (name === 'boss' ? [{ document: '' }] : []) }, own)
  await assert.rejects(finder.find('boss', signal), {
    code: 'unreachable',
    message: 'no document that the look-up has for "boss" holds: it begins in an hour',
  })
  await assert.rejects(finder.find('nobody', signal), { code: 'unknown-agent' })
})

test('a name that is nobody is told with the one that was probably meant', async () => {
  const own = { id: 'did:key:own' } as unknown as OwnSide
  const nameLike = (name: string): string | undefined => (name === 'writr' ? 'writer' : undefined)
  const finder = new Finder({ find: async () => [], nameLike }, own)
  const { signal } = new AbortController()
  await assert.rejects(finder.find('writr', signal), { message: /no agent called "writr"; did you mean "writer"\?$/ })
  await assert.rejects(finder.find('x', signal), { message: /no agent called "x"$/ })
})
