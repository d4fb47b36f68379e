/**
 * What a receiver must refuse (RFC 9420 §6, §7.3, §7.9, §12): commits and proposals of a member that lies, signed and
 * encrypted as they should be.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encode } from '@vagus/wire'
import {
  type Change,
  type CredentialValidator,
  type Group,
  joinExternally,
  joinGroup,
  readGroup,
  type Received,
} from '../src/index.ts'
import type { AuthenticatedContent, Body } from '../src/content.ts'
import { Draws } from '../src/draws.ts'
import type { Epoch } from '../src/epoch.ts'
import { requiredCapabilities } from '../src/extension.ts'
import { groupContext } from '../src/group-context.ts'
import { type LeafDraft, signLeaf } from '../src/leaf-node.ts'
import { messageOctets, readOne } from '../src/message.ts'
import type { Proposal, PskId } from '../src/proposal.ts'
import { protectedOctets, signedBy } from '../src/protect.ts'
import type { RefusalCode } from '../src/refusal.ts'
import { readEpoch } from '../src/state.ts'
import { makePath, type UpdatePath } from '../src/update-path.ts'
import { Agent, lifetime, must, randomOf, start } from './agents.ts'

const random = randomOf(4)
const agents = Array.from({ length: 4 }, (_, index) => new Agent(`agent ${index}`, random))
const packages = agents.map((agent) => agent.keyPackage())
const groups: Group[] = []
{
  const changes = packages.slice(1).map(({ message }): Change => ({ type: 'add', keyPackage: message }))
  const all = must(agents[0]!.create().commit({ changes, random: random.octets(), now: start }))
  groups.push(all.next)
  for (let index = 1; index < agents.length; index++) {
    const how = { welcome: all.welcome!, keyPackages: [packages[index]!.secrets], now: start }
    groups.push(must(joinGroup(agents[index]!.host, how)).group)
  }
}
const [, receiver] = groups as [Group, Group]
const liar = readEpoch(groups[0]!.write(), agents[0]!.host, 0)
const signer = agents[0]!.host.signer

/** What `receiver` says to a message of the liar, at leaf 0. */
function said(body: Body, form: 'private' | 'public' = 'private'): Received {
  const signed = signedBy(liar, signer, form, body)
  const confirmationTag = body.type === 'commit' ? new Uint8Array(32) : undefined
  const message: AuthenticatedContent = { ...signed, auth: { ...signed.auth, confirmationTag } }
  return receiver.receive(protectedOctets(liar, message, random.octets(4)), start)
}

function refuses(received: Received, code: RefusalCode, problem: RegExp): void {
  assert.ok(received.type === 'refused', `it took a ${received.type}`)
  assert.match(received.because.problem, problem)
  assert.equal(received.because.code, code)
}

const committed = (proposals: readonly Proposal[], path?: UpdatePath): Received =>
  said({
    type: 'commit',
    commit: { proposals: proposals.map((proposal) => ({ type: 'proposal', proposal })), path },
  })

const fields = (epoch: Epoch): Omit<LeafDraft, 'source' | 'encryptionKey'> => {
  const { signatureKey, credential, capabilities, extensions } = epoch.tree.leaf(epoch.leaf)!
  return { signatureKey, credential, capabilities, extensions }
}

/** A path of the liar that fits the tree as it is, with what `change` makes of its leaf. */
function pathWith(change: Partial<LeafDraft> = {}): UpdatePath {
  const { suite, context } = liar
  const tree = liar.tree.copy()
  const draws = new Draws(suite.crypto, random.octets())
  const draft = { ...fields(liar), ...change }
  const made = makePath(suite, tree, { groupId: context.groupId, leaf: 0 }, draft, signer, draws, new Set())
  const next = { ...context, epoch: context.epoch + 1n, treeHash: tree.hash(suite) }
  return made.encrypt(encode(groupContext, next))
}

const added = (agent = new Agent('newcomer', random)): Proposal & { type: 'add' } => ({
  type: 'add',
  keyPackage: readOne(agent.keyPackage().message, 'keyPackage', 1 << 20),
})
const psk = (nonce = random.octets()): PskId => ({ type: 'external', pskId: Uint8Array.of(1), nonce })
const updated = (change: Partial<LeafDraft>, leaf = 0): Proposal => {
  const { suite, context } = liar
  const { publicKey } = suite.hpke.keyPairOf(random.octets())
  const draft: LeafDraft = { ...fields(liar), encryptionKey: publicKey, source: { type: 'update' }, ...change }
  return { type: 'update', leafNode: signLeaf(suite, signer, draft, { groupId: context.groupId, leaf }) }
}

describe('lists of proposals (§12.2)', () => {
  const remove = (removed: number): Proposal => ({ type: 'remove', removed })
  const extensions: Proposal = { type: 'group_context_extensions', extensions: [] }
  test('an update of the committer', () => refuses(committed([updated({})]), 'proposal', /the committer itself/))
  test('a removal of the committer', () => refuses(committed([remove(0)]), 'proposal', /the committer itself/))
  test('two removals of one member', () => refuses(committed([remove(2), remove(2)]), 'proposal', /two proposals/))
  test('a removal of nobody', () => refuses(committed([remove(7)]), 'proposal', /no member at leaf 7/))
  test('two lists of extensions', () =>
    refuses(committed([extensions, extensions]), 'proposal', /two proposals replace the extensions/))
  test('an external_init of a member', () =>
    refuses(committed([{ type: 'external_init', kemOutput: random.octets() }]), 'proposal', /external commit/))
  test('a reinitialisation', () => {
    const proposal = { type: 'reinit', groupId: random.octets(), version: 1, cipherSuite: 1, extensions: [] } as const
    refuses(committed([proposal]), 'unsupported', /reinitialisation/)
  })
  test('one pre-shared key twice', () => {
    const id = psk()
    refuses(
      committed([
        { type: 'psk', psk: id },
        { type: 'psk', psk: id },
      ]),
      'proposal',
      /same pre-shared key/,
    )
  })
  test('a pre-shared key with a short nonce', () =>
    refuses(committed([{ type: 'psk', psk: psk(random.octets(16)) }]), 'proposal', /32 octets, not 16/))
  test('a pre-shared key of another use', () => {
    const id = {
      type: 'resumption',
      usage: 'branch',
      groupId: random.octets(),
      epoch: 1n,
      nonce: random.octets(),
    } as const
    refuses(committed([{ type: 'psk', psk: id }]), 'proposal', /for branch/)
  })
  test('a pre-shared key that is not here', () => refuses(committed([{ type: 'psk', psk: psk() }]), 'psk', /not here/))
  test('one client twice', () => {
    const agent = new Agent('twice', random)
    refuses(committed([added(agent), added(agent)]), 'key', /same signature key/)
  })
  test('a client that is a member', () => refuses(committed([added(agents[2])]), 'key', /same signature key/))
  test('a reference to nothing', () => {
    const reference = { type: 'reference', reference: random.octets() } as const
    refuses(said({ type: 'commit', commit: { proposals: [reference], path: undefined } }), 'proposal', /not here/)
  })
  test('no path where one is required (§12.4)', () => {
    refuses(committed([]), 'proposal', /needs a path/)
    refuses(committed([remove(2)]), 'proposal', /needs a path/)
    refuses(committed([extensions]), 'proposal', /needs a path/)
  })
  test('a right list, and a confirmation tag that is not', () =>
    refuses(committed([added()]), 'signature', /confirmation tag/))
})

describe('leaves (§7.3)', () => {
  const proposed = (proposal: Proposal): Received => said({ type: 'proposal', proposal })
  test('the source of another kind', () => {
    const source = { type: 'key_package', notBefore: 0n, notAfter: 1n } as const
    refuses(proposed(updated({ source })), 'tree', /key_package, not update/)
  })
  test('a signature for another place', () => refuses(proposed(updated({}, 3)), 'signature', /signature of the leaf/))
  test('the encryption key that it replaces', () => {
    const { encryptionKey } = liar.tree.leaf(0)!
    refuses(proposed(updated({ encryptionKey })), 'key', /it replaces/)
  })
  test('another agent than before', () => {
    const credential = { type: 'basic', identity: Uint8Array.of(1) } as const
    refuses(proposed(updated({ credential })), 'credential', /somebody else/)
  })
  test('an extension that is not in its capabilities', () =>
    refuses(proposed(updated({ extensions: [{ type: 77, data: new Uint8Array(2) }] })), 'unsupported', /extension 77/))
  test('no support of the version or the suite', () => {
    const capabilities = { ...fields(liar).capabilities, cipherSuites: [3] }
    refuses(proposed(updated({ capabilities })), 'unsupported', /cipher suite 1/)
  })
  test('no support of the credentials of others', () => {
    const capabilities = { ...fields(liar).capabilities, credentials: [2] }
    refuses(committed([], pathWith({ capabilities })), 'unsupported', /leaf 0 does not support 1 of the credentials/)
  })
  test('no support of what the group requires (§11.1)', () => {
    const data = encode(requiredCapabilities, { extensions: [], proposals: [99], credentials: [] })
    const proposal: Proposal = { type: 'group_context_extensions', extensions: [{ type: 3, data }] }
    refuses(committed([proposal], pathWith()), 'unsupported', /does not support 99 of the proposals/)
  })
  test('a lifetime that is over, or too long', () => {
    const late = start + 3 * 86_400_000
    const { message } = new Agent('late', random).keyPackage()
    const add = { type: 'add', keyPackage: message } as const
    const proposal = groups[0]!.propose(add, { random: random.octets(), now: late })
    assert.ok(proposal.type === 'refused' && proposal.because.code === 'credential')
    const forever = new Agent('for ever', random).keyPackage({ ...lifetime, notAfter: start + 500 * 86_400_000 })
    const long = groups[0]!.propose(
      { type: 'add', keyPackage: forever.message },
      { random: random.octets(), now: start },
    )
    assert.ok(long.type === 'refused' && long.because.code === 'limit', 'for 500 days')
  })
  test('a credential that the validator does not believe', () => {
    const joined = joinExternally(
      { ...new Agent('outsider', random).host, validate: () => 'nobody knows it' },
      { groupInfo: receiver.groupInfo(), credential: agents[1]!.credential, random: random.octets(), now: start },
    )
    assert.ok(joined.type === 'refused' && joined.because.problem === 'nobody knows it')
  })
})

describe('paths (§7.5, §7.9.2, §12.4.2)', () => {
  test('too few nodes', () => {
    const path = pathWith()
    refuses(committed([], { ...path, nodes: path.nodes.slice(1) }), 'tree', /the path has 1 nodes/)
  })
  test('a secret for too many', () => {
    const { leafNode, nodes } = pathWith()
    const [first, ...others] = nodes
    const twice = { ...first!, encryptedPathSecrets: [...first!.encryptedPathSecrets, ...first!.encryptedPathSecrets] }
    refuses(committed([], { leafNode, nodes: [twice, ...others] }), 'tree', /for 1 nodes, and encrypted to 2/)
  })
  test('another key than the leaf signed', () => {
    const { leafNode, nodes } = pathWith()
    const changed = nodes.with(1, { ...nodes[1]!, encryptionKey: random.octets() })
    refuses(committed([], { leafNode, nodes: changed }), 'tree', /parent hash/)
  })
  test('a key that is in the tree already', () => {
    const { leafNode, nodes } = pathWith()
    const changed = nodes.with(1, { ...nodes[1]!, encryptionKey: liar.tree.leaf(3)!.encryptionKey })
    refuses(committed([], { leafNode, nodes: changed }), 'key', /in the tree already/)
  })
  test('a secret that is not that of the key', () => {
    const { leafNode, nodes } = pathWith()
    const [first, second] = pathWith().nodes
    const secrets = nodes.map((node, index) => ({
      ...node,
      encryptedPathSecrets: [first!, second!][index]!.encryptedPathSecrets,
    }))
    const received = committed([], { leafNode, nodes: secrets })
    assert.ok(received.type === 'refused' && /decrypt|tree/.test(received.because.code))
  })
})

describe('external commits (§12.2, §12.4.3.2)', () => {
  const outsider = new Agent('outsider', random)
  const joined = must(
    joinExternally(outsider.host, {
      groupInfo: groups[0]!.groupInfo(),
      credential: outsider.credential,
      random: random.octets(),
      now: start,
    }),
  )
  const right = readOnePublic(joined.message)
  test('a right one is taken, as often as the epoch is asked', () => {
    for (const _ of [1, 2]) {
      const received = must(receiver.receive(joined.message, start))
      assert.ok(received.type === 'commit' && received.changes.external)
      assert.deepEqual(received.next.epochAuthenticator, joined.group.epochAuthenticator)
    }
  })
  test('one of somebody who only calls itself as a member does, if the validator sees that', () => {
    const how = { groupInfo: groups[0]!.groupInfo(), random: random.octets(), now: start }
    const thief = new Agent('agent 3', random)
    const { message } = must(joinExternally(thief.host, { ...how, credential: thief.credential }))
    const credulous = must(receiver.receive(message, start))
    assert.ok(credulous.type === 'commit')
    assert.deepEqual(
      credulous.changes.removed.map(({ leaf }) => leaf),
      [3],
    )
    const validate: CredentialValidator = ({ signatureKey, previous }) =>
      previous === undefined || Buffer.compare(signatureKey, previous.signatureKey) === 0 ? undefined : 'another key'
    const strict = readGroup(receiver.write(), { ...agents[1]!.host, validate }, { sealedSince: 0 })
    refuses(strict.receive(message, start), 'credential', /another key/)
  })
  test('one that was changed is not that of its signer', () => {
    const changed = { ...right, auth: { ...right.auth, signature: random.octets() } }
    const octets = messageOctets({ type: 'publicMessage', content: changed })
    refuses(receiver.receive(octets, start), 'signature', /does not fit/)
  })
})

function readOnePublic(octets: Uint8Array) {
  return readOne(octets, 'publicMessage', 1 << 20)
}

describe('messages (§6)', () => {
  test('of another group', () => {
    const other = new Agent('other', random)
    const group = other.create()
    const octets = group.seal(Uint8Array.of(1), { random: random.octets(4) })
    refuses(receiver.receive(octets, start), 'epoch', /epoch 0/)
  })
  test('of this member itself', () => {
    const octets = receiver.seal(Uint8Array.of(1), { random: random.octets(4) })
    refuses(receiver.receive(octets, start), 'sender', /from this member itself/)
  })
  test('public ones of nobody in the group', () => {
    const signed = signedBy(liar, signer, 'public', { type: 'proposal', proposal: { type: 'remove', removed: 2 } })
    const { content, auth } = signed
    const octets = messageOctets({
      type: 'publicMessage',
      content: { content, auth, membershipTag: new Uint8Array(32) },
    })
    refuses(receiver.receive(octets, start), 'signature', /membership tag/)
  })
  test('application data that is not encrypted', () =>
    refuses(said({ type: 'application', data: Uint8Array.of(1) }, 'public'), 'malformed', /only sent encrypted/))
  test('a key package, where a message belongs', () =>
    refuses(receiver.receive(packages[2]!.message, start), 'malformed', /no message of a group/))
  test('longer than the limit', () =>
    refuses(receiver.receive(new Uint8Array((16 << 20) + 1), start), 'limit', /at most 16777216/))
})
