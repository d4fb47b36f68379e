/**
 * What others may send. Strangers: messages changed in any way. Members that lie: commits, proposals, and group infos
 * changed inside, then signed and encrypted as they should be. A disk: written groups that it changed. Nothing throws but
 * what it should, and the group goes on.
 */
import assert from 'node:assert/strict'
import { decode, DecodeError, encode } from '@vagus/wire'
import { type Change, type Group, joinExternally, joinGroup, type OwnKeyPackage, readGroup } from '../src/index.ts'
import type { AuthenticatedContent, Body } from '../src/content.ts'
import { Draws } from '../src/draws.ts'
import type { Epoch } from '../src/epoch.ts'
import { signGroupInfo } from '../src/group-info.ts'
import { messageOctets, readOne } from '../src/message.ts'
import { processCommit } from '../src/process-commit.ts'
import { commit, proposal } from '../src/proposal.ts'
import { protectedOctets, signedBy } from '../src/protect.ts'
import { openMessage } from '../src/receive.ts'
import { RefusalError, settle } from '../src/refusal.ts'
import { readEpoch } from '../src/state.ts'
import { readTree } from '../src/tree-octets.ts'
import { makePath, type UpdatePath } from '../src/update-path.ts'
import { Agent, must, type Random, randomOf, start } from './agents.ts'
import { suite } from './vectors.ts'

const maxOctets = 1 << 20

/** Some octets changed, left out, doubled, or taken from elsewhere. */
function mutated(octets: Uint8Array, random: Random): Uint8Array {
  let changed = octets.slice()
  for (let times = 1 + random(3); times > 0; times--) {
    const at = random(changed.length)
    const kind = random(6)
    if (kind < 2) changed[at]! ^= 1 << random(8)
    else if (kind === 2) changed[at] = random(256)
    else if (kind === 3) changed = changed.slice(0, at)
    else {
      const count = random(40)
      const piece = kind === 4 ? changed.slice(at, at + count) : new Uint8Array(0)
      changed = new Uint8Array([...changed.slice(0, at), ...piece, ...changed.slice(kind === 4 ? at : at + count)])
    }
    if (changed.length === 0) return Uint8Array.of(random(256))
  }
  return changed
}

interface Scene {
  readonly agents: readonly Agent[]
  readonly groups: Group[]
  readonly invited: { readonly agent: Agent; readonly own: OwnKeyPackage; readonly welcome: Uint8Array }
  /** Of the first member, for all others. */
  readonly messages: readonly Uint8Array[]
  readonly groupInfo: Uint8Array
}

function sceneOf(random: Random): Scene {
  const agents = Array.from({ length: 6 }, (_, index) => new Agent(`agent ${index}`, random))
  const own = agents.map((agent) => agent.keyPackage())
  const first = agents[0]!.create()
  const changes = own.slice(1).map(({ message }): Change => ({ type: 'add', keyPackage: message }))
  const all = must(first.commit({ changes, random: random.octets(), now: start }))
  const groups = [all.next]
  for (let index = 1; index < agents.length; index++) {
    const how = { welcome: all.welcome!, keyPackages: [own[index]!.secrets], now: start }
    groups.push(must(joinGroup(agents[index]!.host, how)).group)
  }
  const leader = groups[0]!
  const propose = (change: Change, form: 'private' | 'public') =>
    must(leader.propose(change, { random: random.octets(), now: start, form })).message
  const newcomer = new Agent('newcomer', random)
  const invited = newcomer.keyPackage()
  const messages = [
    leader.seal(random.octets(), { random: random.octets(4) }),
    propose({ type: 'update' }, 'private'),
    propose({ type: 'remove', leaf: 3 }, 'public'),
    propose({ type: 'add', keyPackage: invited.message }, 'public'),
  ]
  const commits = (['private', 'public'] as const).map((form) =>
    must(leader.commit({ received: 'none', random: random.octets(), now: start, form })),
  )
  const outsider = new Agent('outsider', random)
  const external = must(
    joinExternally(outsider.host, {
      groupInfo: leader.groupInfo(),
      credential: outsider.credential,
      random: random.octets(),
      now: start,
    }),
  )
  messages.push(...commits.map(({ message }) => message), external.message)
  const add = { type: 'add', keyPackage: invited.message } as const
  const adding = must(leader.commit({ changes: [add], received: 'none', random: random.octets(), now: start }))
  return {
    agents,
    groups,
    invited: { agent: newcomer, own: invited, welcome: adding.welcome! },
    messages,
    groupInfo: leader.groupInfo(),
  }
}

export interface FuzzCounts {
  strange: number
  lies: number
  trees: number
  /** Changed states that could be read nevertheless. */
  states: number
  /** Lies that were not refused: removals of the receiver, and proposals that are valid. */
  taken: number
}

export function fuzz(count: number, seed: number): FuzzCounts {
  const random = randomOf(seed)
  const scene = sceneOf(random)
  const counts: FuzzCounts = { strange: 0, lies: 0, trees: 0, states: 0, taken: 0 }
  const receiver = 2
  const liar = readEpoch(scene.groups[0]!.write(), scene.agents[0]!.host, 0)
  for (let index = 0; index < count; index++) {
    strange(scene, receiver, random)
    counts.strange++
    if (lie(scene, receiver, liar, random, counts)) counts.lies++
    if (lieAboutTree(scene, random)) counts.trees++
    if (readChanged(scene, random)) counts.states++
  }
  // After all that, the group is where it was.
  const group = scene.groups[receiver]!
  const opened = group.receive(scene.messages[0]!, start)
  assert.equal(opened.type, 'application')
  const next = must(group.receive(scene.messages[4]!, start))
  assert.equal(next.type, 'commit')
  return counts
}

function strange(
  { groups, messages, invited, agents, groupInfo: info }: Scene,
  receiver: number,
  random: Random,
): void {
  const group = groups[receiver]!
  const octets = mutated(messages[random(messages.length)]!, random)
  const isSame = messages.some((message) => Buffer.compare(message, octets) === 0)
  if (!isSame) assert.equal(group.receive(octets, start).type, 'refused', 'a changed message')
  const { agent, own, welcome } = invited
  const kind = random(20)
  if (kind === 0) {
    const joined = joinGroup(agent.host, { welcome: mutated(welcome, random), keyPackages: [own.secrets], now: start })
    assert.ok(joined.type === 'refused' || joined.type === 'joined')
  } else if (kind === 1) {
    const { credential, host } = agents[1]!
    joinExternally(host, { groupInfo: mutated(info, random), credential, random: random.octets(), now: start })
  } else if (kind === 2) {
    const keyPackage = mutated(own.message, random)
    group.propose({ type: 'add', keyPackage }, { random: random.octets(), now: start })
  }
}

/** @returns whether the changed body could be read, so that it was sent */
function lie({ groups, agents }: Scene, receiver: number, liar: Epoch, random: Random, counts: FuzzCounts): boolean {
  const body = changedBody(liar, agents[0]!, random)
  if (body === undefined) return false
  const form = random(2) === 0 ? 'private' : 'public'
  const signed = signedBy(liar, agents[0]!.host.signer, form, body)
  const confirmationTag = body.type === 'commit' ? random.octets() : undefined
  const message: AuthenticatedContent = { ...signed, auth: { ...signed.auth, confirmationTag } }
  // Each to a copy: a valid proposal would stay.
  const host = agents[receiver]!.host
  const copy = readEpoch(groups[receiver]!.write(), host, 0)
  const done = settle(() => {
    const opened = openMessage(copy, host, protectedOctets(liar, message, random.octets(4)))
    assert.ok(opened.type === 'handshake')
    const { body: read } = opened.message.content
    return read.type === 'commit'
      ? processCommit(copy, host, opened.message, read.commit, start)
      : { type: 'kept' as const }
  })
  if (done.type !== 'refused') {
    assert.notEqual(done.type, 'next', 'a commit with a wrong tag')
    counts.taken++
  }
  return true
}

function changedBody(liar: Epoch, agent: Agent, random: Random): Body | undefined {
  const newcomer = new Agent('another', random)
  const keyPackage = readOne(newcomer.keyPackage().message, 'keyPackage', maxOctets)
  const add = { type: 'add', keyPackage } as const
  const leafNode = liar.tree.leaf(liar.leaf)!
  const kinds = [
    add,
    { type: 'remove', removed: random(8) } as const,
    { type: 'update', leafNode } as const,
    { type: 'psk', psk: { type: 'external', pskId: random.octets(), nonce: random.octets() } } as const,
    { type: 'external_init', kemOutput: random.octets() } as const,
    { type: 'group_context_extensions', extensions: [{ type: random(8), data: random.octets() }] } as const,
  ]
  const draw = () => kinds[random(kinds.length)]!
  try {
    if (random(3) === 0) {
      return { type: 'proposal', proposal: decode(proposal, mutated(encode(proposal, draw()), random)) }
    }
    const path = random(2) === 0 ? pathOf(liar, agent, random) : undefined
    const proposals = Array.from({ length: random(4) }, () => ({ type: 'proposal', proposal: draw() }) as const)
    const octets = encode(commit, { proposals, path })
    return { type: 'commit', commit: decode(commit, random(3) === 0 ? octets : mutated(octets, random)) }
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** A path that fits the tree as it is. */
function pathOf(liar: Epoch, { host }: Agent, random: Random): UpdatePath {
  const tree = liar.tree.copy()
  const { signatureKey, credential, capabilities, extensions } = tree.leaf(liar.leaf)!
  const place = { groupId: liar.context.groupId, leaf: liar.leaf }
  const draft = { signatureKey, credential, capabilities, extensions }
  const draws = new Draws(liar.suite.crypto, random.octets())
  return makePath(liar.suite, tree, place, draft, host.signer, draws, new Set()).encrypt(liar.contextOctets)
}

/** A group info with a changed tree, signed with the hash of that tree. */
function lieAboutTree({ agents, groupInfo: info }: Scene, random: Random): boolean {
  const read = readOne(info, 'groupInfo', maxOctets)
  const [tree, ...others] = read.extensions
  const data = mutated(tree!.data, random)
  let treeHash: Uint8Array
  try {
    treeHash = readTree(data, 1024).hash(suite)
  } catch (error) {
    if (error instanceof DecodeError || error instanceof RefusalError) return false
    throw error
  }
  const { groupContext, confirmationTag, signer } = read
  const signed = signGroupInfo(suite, agents[0]!.host.signer, {
    groupContext: { ...groupContext, treeHash },
    extensions: [{ ...tree!, data }, ...others],
    confirmationTag,
    signer,
  })
  const outsider = new Agent('outsider', random)
  joinExternally(outsider.host, {
    groupInfo: messageOctets({ type: 'groupInfo', content: signed }),
    credential: outsider.credential,
    random: random.octets(),
    now: start,
  })
  return true
}

/** A written group that a disk changed: read and used, or refused by an error that says so. @returns whether it was read */
function readChanged({ groups, agents, messages }: Scene, random: Random): boolean {
  const octets = mutated(groups[2]!.write(), random)
  try {
    const group = readGroup(octets, agents[2]!.host, { sealedSince: random(3) })
    for (const message of messages) group.receive(message, start)
    return true
  } catch (error) {
    if (error instanceof DecodeError || (error instanceof RangeError && /signer/.test(error.message))) return false
    throw error
  }
}
