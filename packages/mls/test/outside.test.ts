/** Proposals of those who are not in the group (RFC 9420 §12.1.8). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encode } from '@vagus/wire'
import { signerOf } from '../../transport/src/index.ts'
import { createGroup, type Group, joinGroup } from '../src/index.ts'
import { contentOf, type Sender, signContent } from '../src/content.ts'
import { externalSenders, extensionType } from '../src/extension.ts'
import { messageOctets, readOne } from '../src/message.ts'
import type { Proposal } from '../src/proposal.ts'
import { readEpoch } from '../src/state.ts'
import { Agent, lifetime, must, randomOf, start } from './agents.ts'

const random = randomOf(21)
const service = signerOf(random.octets())
const agents = [new Agent('a', random), new Agent('b', random)] as const
const data = encode(externalSenders, [
  { signatureKey: service.publicKey, credential: { type: 'basic', identity: Uint8Array.of(1) } },
])
const own = agents[1].keyPackage()
const first = createGroup(agents[0].host, {
  id: Uint8Array.of(4),
  credential: agents[0].credential,
  ...lifetime,
  extensions: [{ type: extensionType.externalSenders, data }],
  random: random.octets(),
})
const draw = () => ({ random: random.octets(), now: start })
const made = must(first.commit({ changes: [{ type: 'add', keyPackage: own.message }], ...draw() }))
const how = { welcome: made.welcome!, keyPackages: [own.secrets], now: start }
const [a, b] = [made.next, must(joinGroup(agents[1].host, how)).group]
const { suite, context, contextOctets } = readEpoch(a.write(), agents[0].host, 0)

function from(sender: Sender, proposal: Proposal, signer = service): Uint8Array {
  const { groupId, epoch } = context
  const body = { type: 'proposal', proposal } as const
  const content = contentOf({ groupId, epoch, sender, authenticatedData: new Uint8Array(0), body })
  const signature = signContent(suite, signer, 'public', content, contextOctets)
  const auth = { signature, confirmationTag: undefined }
  return messageOctets({ type: 'publicMessage', content: { content, auth, membershipTag: undefined } })
}

const said = (group: Group, octets: Uint8Array): string => {
  const received = group.receive(octets, start)
  return received.type === 'refused' ? received.because.code : received.type
}

describe('proposals from outside', () => {
  const service0 = { type: 'external', index: 0 } as const
  const newcomer = new Agent('newcomer', random)
  const invited = newcomer.keyPackage()
  const keyPackage = readOne(invited.message, 'keyPackage', 1 << 20)

  test('of one whom the group does not list, or who may not propose such a thing', () => {
    assert.equal(said(a, from({ type: 'external', index: 1 }, { type: 'remove', removed: 1 })), 'sender')
    assert.equal(said(a, from(service0, { type: 'external_init', kemOutput: random.octets() })), 'sender')
    assert.equal(said(a, from(service0, { type: 'remove', removed: 1 }, signerOf(random.octets()))), 'signature')
    assert.equal(said(a, from({ type: 'new_member_proposal' }, { type: 'remove', removed: 1 })), 'sender')
    assert.equal(said(a, from({ type: 'new_member_proposal' }, { type: 'add', keyPackage })), 'signature')
  })

  test('of a listed sender, and of a new member that adds itself, are committed', () => {
    const another = new Agent('another', random)
    const theirs = another.keyPackage()
    const add = from(
      { type: 'new_member_proposal' },
      { type: 'add', keyPackage: readOne(theirs.message, 'keyPackage', 1 << 20) },
      another.host.signer,
    )
    const listed = from(service0, { type: 'add', keyPackage })
    for (const group of [a, b])
      for (const octets of [add, listed]) {
        const received = must(group.receive(octets, start))
        assert.ok(received.type === 'proposal' && received.sender === 'outside')
      }
    const { message, welcome, next } = must(a.commit(draw()))
    const followed = must(b.receive(message, start))
    assert.ok(followed.type === 'commit' && followed.changes.added.length === 2)
    for (const [agent, { secrets }] of [
      [newcomer, invited],
      [another, theirs],
    ] as const) {
      const { group } = must(joinGroup(agent.host, { welcome: welcome!, keyPackages: [secrets], now: start }))
      assert.deepEqual(group.epochAuthenticator, next.epochAuthenticator)
    }
  })
})
