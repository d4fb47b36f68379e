/** How many sessions that others began there may be, and which one gives way. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idKeyOf } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { clock } from '../src/link/clock.ts'
import { noGaps, withGap } from '../src/gaps.ts'
import type { Link } from '../src/link/link.ts'
import { Links } from '../src/link/links.ts'

const own: AgentId = 'did:key:own'

/** As much of a link as `Links` asks for. */
function linkWith(name: string, { role = 'responder', streamCount = 0 } = {}) {
  const id: AgentId = `did:key:${name}`
  const link = {
    role,
    streamCount,
    isUp: true,
    since: 0,
    provenPeer: id,
    peer: { identity: { id } },
    saw: '',
    gaps: noGaps,
    lateSince: undefined as number | undefined,
    shut: (code: number, reason: string) => void (link.saw = `${code} ${reason}`),
  }
  return link
}
const add = (links: Links, link: ReturnType<typeof linkWith>): unknown => links.add(link as unknown as Link)
const namesOf = (links: Links): readonly string[] => [...links].map(({ peer }) => peer.identity.id.slice(8))

test('at the limit the oldest that others began gives way, one without streams first', () => {
  const links = new Links(own, 3)
  const busy = linkWith('busy', { streamCount: 1 })
  const idle = linkWith('idle')
  const called = linkWith('called', { role: 'initiator' })
  for (const link of [busy, called, idle, linkWith('third')]) assert.equal(add(links, link), 'kept')
  assert.deepEqual(namesOf(links), ['busy', 'called', 'idle', 'third'])

  assert.equal(add(links, linkWith('fourth')), 'kept')
  assert.deepEqual(namesOf(links), ['busy', 'called', 'third', 'fourth'])
  assert.equal(idle.saw, '259 too many newer sessions were opened')
  assert.deepEqual([busy.saw, called.saw], ['', ''])
})

test('where all have streams, the oldest gives way; those that were called stay', () => {
  const links = new Links(own, 2)
  const inUse = { streamCount: 1 }
  for (const name of ['a', 'b', 'c']) add(links, linkWith(name, inUse))
  for (const name of ['x', 'y', 'z']) add(links, linkWith(name, { role: 'initiator' }))
  assert.deepEqual(namesOf(links), ['b', 'c', 'x', 'y', 'z'])
})

test('a session that takes the place of another with the same peer, or of one that is over, needs no room', () => {
  const links = new Links(own, 2)
  const [first, second] = [linkWith('a'), linkWith('b')]
  add(links, first)
  add(links, second)
  add(links, linkWith('a'))
  assert.match(first.saw, /another session with this peer/)
  assert.deepEqual(namesOf(links), ['b', 'a'])
  assert.equal(second.saw, '')

  links.remove(second as unknown as Link)
  add(links, linkWith('c'))
  assert.deepEqual(namesOf(links), ['a', 'c'])
})

test('a packet of a session is for whoever listens for its connection id now, in whatever order packets come', () => {
  const links = new Links(own, 3)
  const [first, second] = [linkWith('first'), linkWith('second')].map((link) => link as unknown as Link)
  const packetFor = (last: number): Uint8Array => Uint8Array.of(0x40, 1, 2, 3, 4, 5, 6, 7, last, 9, 9, 9)
  const idOf = (last: number): string => idKeyOf(packetFor(last), 1)
  links.listen(idOf(1), first!)
  links.listen(idOf(2), second!)
  const wanted = [first, first, second, first, undefined, first, second, second, undefined]
  assert.deepEqual(
    [1, 1, 2, 1, 3, 1, 2, 2, 3].map((last) => links.find(packetFor(last))),
    wanted,
  )
  links.unlisten(idOf(2))
  assert.equal(links.find(packetFor(2)), undefined)
  links.listen(idOf(2), first!)
  assert.equal(links.find(packetFor(2)), first)
  links.listen(idOf(2), second!)
  assert.equal(links.find(packetFor(2)), second)
  assert.equal(links.find(packetFor(1)), first)
})

test('a session that takes the place of a silent one goes on with its gaps, the silence the last of them', () => {
  const links = new Links(own, 2)
  const [first, second, third] = [linkWith('a'), linkWith('a'), linkWith('a')]
  first.gaps = withGap(noGaps, 300)
  first.lateSince = clock() - 5000
  for (const link of [first, second]) add(links, link)
  assert.equal(second.gaps.count, 2)
  assert.ok(second.gaps.last! >= 5000 && second.gaps.longest === second.gaps.last)
  add(links, third)
  assert.deepEqual(third.gaps, second.gaps)
})
