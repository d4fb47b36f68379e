import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { agentIdOf } from '@vagus/identity'
import { signerOf } from '../../transport/src/index.ts'
import {
  agentCredential,
  agentIdIn,
  type Change,
  createKeyPackage,
  type Group,
  joinExternally,
  joinGroup,
  type MlsHost,
  readGroup,
  validateDidKey,
} from '../src/index.ts'
import { Agent, lifetime, must, randomOf, start } from './agents.ts'

const random = randomOf(11)
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const draw = () => ({ random: random.octets(), now: start })

/** A group of `count` agents, `agent 0` to …; each has `more` in its host. */
function groupOf(count: number, more: Partial<MlsHost> = {}) {
  const agents = Array.from({ length: count }, (_, index) => new Agent(`agent ${index}`, random, more))
  const packages = agents.map((agent) => agent.keyPackage())
  const changes = packages.slice(1).map(({ message }): Change => ({ type: 'add', keyPackage: message }))
  const { next, welcome } = must(agents[0]!.create().commit({ changes, ...draw() }))
  const others = agents.slice(1).map((agent, index) => {
    const how = { welcome: welcome!, keyPackages: [packages[index + 1]!.secrets], now: start }
    return must(joinGroup(agent.host, how)).group
  })
  return { agents, groups: [next, ...others] }
}

/** The next group of `group` after `message`. */
function following(group: Group, message: Uint8Array): Group {
  const received = must(group.receive(message, start))
  assert.ok(received.type === 'commit')
  return received.next
}

const same = (a: Group, b: Group): void => assert.deepEqual(a.epochAuthenticator, b.epochAuthenticator)

describe('two commits of one epoch', () => {
  const { groups } = groupOf(3)
  const [a, b, c] = groups as [Group, Group, Group]
  test('either can be followed, by their committers, too, and the epochs differ', () => {
    const [ofA, ofB] = [must(a.commit(draw())), must(b.commit(draw()))]
    const [first, second] = [following(c, ofA.message), following(c, ofB.message)]
    same(first, ofA.next)
    same(second, ofB.next)
    assert.notDeepEqual(first.epochAuthenticator, second.epochAuthenticator)
    same(following(a, ofB.message), ofB.next)
    same(following(b, ofA.message), ofA.next)
    const message = ofB.next.seal(text('after'), { random: random.octets(4) })
    assert.equal(must(second.receive(message, start)).type, 'application')
    assert.equal(first.receive(message, start).type, 'refused', 'the other fork has other keys')
  })
})

describe('application messages', () => {
  test('come in any order, each once, and from epochs before', () => {
    const { groups } = groupOf(2)
    let [a, b] = groups as [Group, Group]
    const sent = Array.from({ length: 20 }, (_, index) => a.seal(Uint8Array.of(index), { random: random.octets(4) }))
    for (const index of [19, 3, 0, 7]) {
      const received = must(b.receive(sent[index]!, start))
      assert.ok(received.type === 'application')
      assert.deepEqual([received.data, received.generation], [Uint8Array.of(index), index])
      assert.equal(b.receive(sent[index]!, start).type, 'refused')
    }
    for (let epochs = 1; epochs <= 5; epochs++) {
      const { message, next } = must(a.commit(draw()))
      b = following(b, message)
      a = next
      const received = b.receive(sent[epochs + 7]!, start)
      assert.equal(received.type, epochs <= 4 ? 'application' : 'refused', `after ${epochs} epochs`)
    }
  })

  test('too far ahead are refused, and the chain stays where it was (§9.2)', () => {
    const { groups } = groupOf(2, { limits: { generationsAhead: 10, keysAside: 4 } })
    const [a, b] = groups as [Group, Group]
    const sent = Array.from({ length: 12 }, (_, index) => a.seal(Uint8Array.of(index), { random: random.octets(4) }))
    const early = b.receive(sent[11]!, start)
    assert.ok(early.type === 'refused' && early.because.code === 'limit')
    assert.equal(b.receive(sent[10]!, start).type, 'application')
    assert.equal(b.receive(sent[9]!, start).type, 'application', 'the newest four were kept')
    assert.equal(b.receive(sent[6]!, start).type, 'application')
    assert.equal(b.receive(sent[5]!, start).type, 'refused', 'the older ones were dropped')
  })

  test('carry data that is authenticated, not encrypted, and are filled up', () => {
    const { groups } = groupOf(2)
    const [a, b] = groups as [Group, Group]
    const sealed = (length: number) =>
      a.seal(new Uint8Array(length), { random: random.octets(4), authenticatedData: text('topic'), padTo: 256 })
    assert.equal(sealed(1).length, sealed(100).length)
    const received = must(b.receive(sealed(7), start))
    assert.ok(received.type === 'application')
    assert.deepEqual([received.authenticatedData, received.data.length], [text('topic'), 7])
  })
})

describe('pre-shared keys', () => {
  test('an external one is mixed in, also by new members and external commits', () => {
    const psk = (id: Uint8Array) => (id[0] === 5 ? Uint8Array.of(1, 2, 3) : undefined)
    const { groups } = groupOf(2, { psk })
    const [a, b] = groups as [Group, Group]
    const newcomer = new Agent('newcomer', random, { psk })
    const own = newcomer.keyPackage()
    const changes: Change[] = [
      { type: 'psk', id: Uint8Array.of(5) },
      { type: 'add', keyPackage: own.message },
    ]
    const { message, welcome, next } = must(a.commit({ changes, ...draw() }))
    same(following(b, message), next)
    const how = { welcome: welcome!, keyPackages: [own.secrets], now: start }
    same(must(joinGroup(newcomer.host, how)).group, next)
    const without = joinGroup({ ...newcomer.host, psk: () => undefined }, how)
    assert.ok(without.type === 'refused' && without.because.code === 'psk')
    const outsider = new Agent('outsider', random, { psk })
    const external = must(
      joinExternally(outsider.host, {
        groupInfo: next.groupInfo(),
        credential: outsider.credential,
        psks: [Uint8Array.of(5)],
        ...draw(),
      }),
    )
    same(following(next, external.message), external.group)
  })

  test('a resumption proves that a member was there in an earlier epoch (§8.6)', () => {
    const { groups } = groupOf(2)
    let [a, b] = groups as [Group, Group]
    const { epoch } = a
    for (let count = 0; count < 3; count++) {
      const { message, next } = must(
        a.commit({ changes: count === 2 ? [{ type: 'resumption', epoch }] : [], ...draw() }),
      )
      b = following(b, message)
      a = next
      same(a, b)
    }
    const early = a.commit({ changes: [{ type: 'resumption', epoch: 99n }], ...draw() })
    assert.ok(early.type === 'refused' && early.because.code === 'psk')
  })
})

describe('joining', () => {
  test('with the tree apart from the welcome', () => {
    const { groups } = groupOf(3)
    const newcomer = new Agent('newcomer', random)
    const own = newcomer.keyPackage()
    const add = { type: 'add', keyPackage: own.message } as const
    const { welcome, next } = must(groups[0]!.commit({ changes: [add], tree: 'apart', ...draw() }))
    const how = { welcome: welcome!, keyPackages: [own.secrets], now: start }
    const without = joinGroup(newcomer.host, how)
    assert.ok(without.type === 'refused' && without.because.code === 'tree')
    const wrong = joinGroup(newcomer.host, { ...how, tree: groups[0]!.tree() })
    assert.ok(wrong.type === 'refused' && /not that of the group/.test(wrong.because.problem))
    same(must(joinGroup(newcomer.host, { ...how, tree: next.tree() })).group, next)
  })

  test('a welcome for others is refused', () => {
    const { groups } = groupOf(1)
    const [invited, other] = [new Agent('invited', random), new Agent('other', random)]
    const add = { type: 'add', keyPackage: invited.keyPackage().message } as const
    const { welcome } = must(groups[0]!.commit({ changes: [add], ...draw() }))
    const how = { welcome: welcome!, keyPackages: [other.keyPackage().secrets], now: start }
    const joined = joinGroup(other.host, how)
    assert.ok(joined.type === 'refused' && joined.because.code === 'group')
  })

  test('a member that lost everything comes in again, in the place of its old leaf (§12.4.3.2)', () => {
    const { agents, groups } = groupOf(3)
    const [a, b, c] = groups as [Group, Group, Group]
    const { host, credential } = agents[1]!
    const { group, message } = must(joinExternally(host, { groupInfo: a.groupInfo(), credential, ...draw() }))
    const received = must(c.receive(message, start))
    assert.ok(received.type === 'commit' && received.changes.external)
    same(received.next, group)
    assert.equal(group.memberCount, 3)
    assert.deepEqual(
      received.changes.removed.map(({ leaf }) => leaf),
      [b.leaf],
    )
    assert.equal(must(b.receive(message, start)).type, 'removed')
  })
})

describe('written groups', () => {
  test('go on where they were, with proposals, updates, past epochs and skipped keys', () => {
    const { agents, groups } = groupOf(3)
    let [a, b, c] = groups as [Group, Group, Group]
    const late = [0, 1, 2].map((index) => a.seal(Uint8Array.of(index), { random: random.octets(4) }))
    b.receive(late[2]!, start)
    const step = must(c.commit(draw()))
    a = following(a, step.message)
    b = following(b, step.message)
    c = step.next
    const update = must(b.propose({ type: 'update' }, draw()))
    for (const each of [a, c]) must(each.receive(update.message, start))
    const again = (group: Group, agent: Agent, sealedSince = 0): Group =>
      readGroup(group.write(), agent.host, { sealedSince })
    const [a2, b2, c2] = [again(a, agents[0]!), again(b, agents[1]!), again(c, agents[2]!, 2)]
    assert.equal(must(b2.receive(late[1]!, start)).type, 'application', 'a message of the epoch before')
    assert.equal(b2.receive(late[2]!, start).type, 'refused', 'which was opened before it was written')
    const sent = c2.seal(text('x'), { random: random.octets(4) })
    const received = must(a2.receive(sent, start))
    assert.ok(received.type === 'application' && received.generation === 2)
    assert.equal(a2.waitingProposals().length, 1)
    const { message, next, changes } = must(c2.commit(draw()))
    assert.ok(changes.updated.some(({ leaf }) => leaf === b.leaf))
    same(following(a2, message), next)
    same(following(b2, message), next)
    same(again(next, agents[2]!), next)
    assert.deepEqual(again(next, agents[2]!).tree(), next.tree())
  })

  test('need their own signer, and are not read from other octets', () => {
    const { agents, groups } = groupOf(2)
    const octets = groups[0]!.write()
    assert.throws(() => readGroup(octets, agents[1]!.host, { sealedSince: 0 }), /signer/)
    for (let at = 0; at < 40; at++) {
      const cut = octets.subarray(0, Math.floor((octets.length * at) / 40))
      assert.throws(() => readGroup(cut, agents[0]!.host, { sealedSince: 0 }), { name: 'DecodeError' })
    }
  })
})

describe('commits take the proposals that fit together (§12.2)', () => {
  test('a removal before an update, the newest of two updates, one of two adds of a client', () => {
    const { groups } = groupOf(4)
    const [a, b, c, d] = groups as [Group, Group, Group, Group]
    const newcomer = new Agent('newcomer', random).keyPackage().message
    const proposals = [
      { by: b, change: { type: 'update' } },
      { by: b, change: { type: 'update' } },
      { by: c, change: { type: 'update' } },
      { by: d, change: { type: 'remove', leaf: c.leaf } },
      { by: b, change: { type: 'add', keyPackage: newcomer } },
      { by: d, change: { type: 'add', keyPackage: newcomer } },
      { by: d, change: { type: 'remove', leaf: a.leaf } },
    ] as const
    for (const { by, change } of proposals) {
      const { message } = must(by.propose(change, draw()))
      for (const each of groups) if (each !== by) must(each.receive(message, start))
    }
    const { message, next, changes } = must(a.commit(draw()))
    assert.deepEqual(
      [changes.removed, changes.updated, changes.added].map((list) => list.map(({ leaf }) => leaf)),
      [[c.leaf], [b.leaf, a.leaf], [c.leaf]],
      'the new member takes the leaf that became free',
    )
    same(following(b, message), next)
    same(following(d, message), next)
    assert.equal(must(c.receive(message, start)).type, 'removed')
  })
})

test('a member takes a new signature key by its commit', () => {
  const { agents, groups } = groupOf(3)
  const [a, b, c] = groups as [Group, Group, Group]
  const signer = signerOf(random.octets())
  const newcomer = new Agent('newcomer', random)
  const own = newcomer.keyPackage()
  const changes: Change[] = [{ type: 'add', keyPackage: own.message }]
  const { message, welcome, next } = must(b.commit({ signer, changes, path: 'if-required', ...draw() }))
  const [atA, atC] = [following(a, message), following(c, message)]
  assert.deepEqual(atA.member(b.leaf)!.signatureKey, signer.publicKey)
  const how = { welcome: welcome!, keyPackages: [own.secrets], now: start }
  const joined = must(joinGroup(newcomer.host, how)).group
  const sealed = next.seal(text('still me'), { random: random.octets(4) })
  for (const each of [atA, atC, joined]) assert.equal(must(each.receive(sealed, start)).type, 'application')
  assert.throws(() => readGroup(next.write(), agents[1]!.host, { sealedSince: 0 }), /signer/)
  same(readGroup(next.write(), { ...agents[1]!.host, signer }, { sealedSince: 0 }), next)
})

test('agents are believed by the key in their name', () => {
  const signer = signerOf(random.octets())
  const id = agentIdOf(signer.publicKey)
  const credential = agentCredential(id)
  assert.equal(agentIdIn(credential), id)
  assert.equal(validateDidKey({ credential, signatureKey: signer.publicKey, now: start }), undefined)
  const other = signerOf(random.octets()).publicKey
  assert.match(validateDidKey({ credential, signatureKey: other, now: start })!, /another key/)
  const nobody = { type: 'basic', identity: text('somebody') } as const
  assert.match(validateDidKey({ credential: nobody, signatureKey: other, now: start })!, /names no agent/)
})

test('a message of 4 MiB, and 300 members, the tree doubled and cut again', () => {
  const { groups } = groupOf(2)
  const [a, b] = groups as [Group, Group]
  const long = a.seal(new Uint8Array(4 << 20).fill(7), { random: random.octets(4) })
  const received = must(b.receive(long, start))
  assert.ok(received.type === 'application' && received.data.length === 4 << 20)
  const changes = Array.from({ length: 298 }, (_, index): Change => {
    return { type: 'add', keyPackage: new Agent(`more ${index}`, random).keyPackage().message }
  })
  const grown = must(a.commit({ changes, path: 'if-required', ...draw() }))
  const big = following(b, grown.message)
  assert.equal(big.memberCount, 300)
  const removals = big
    .members()
    .filter(({ leaf }) => leaf > 1)
    .map(({ leaf }): Change => ({ type: 'remove', leaf }))
  const small = must(grown.next.commit({ changes: removals, ...draw() }))
  same(following(big, small.message), small.next)
  assert.ok(small.next.tree().length < 1000)
})

describe('a proposal that cannot be committed', () => {
  test('is refused when it comes: a new member that does not support what others use', () => {
    const { groups } = groupOf(2)
    const stranger = new Agent('stranger', random)
    const credential = { type: 9, octets: text('x') } as const
    const own = createKeyPackage(stranger.host, { credential, ...lifetime, random: random.octets() })
    const proposed = groups[0]!.propose({ type: 'add', keyPackage: own.message }, draw())
    assert.ok(proposed.type === 'refused' && proposed.because.code === 'unsupported')
  })

  test('is left out: a pre-shared key that the committer lacks, a client that came in meanwhile', () => {
    const psk = () => Uint8Array.of(1)
    const agents = [new Agent('0', random), new Agent('1', random, { psk })] as const
    const own = agents[1].keyPackage()
    const created = must(agents[0].create().commit({ changes: [{ type: 'add', keyPackage: own.message }], ...draw() }))
    const how = { welcome: created.welcome!, keyPackages: [own.secrets], now: start }
    const [a, b] = [created.next, must(joinGroup(agents[1].host, how)).group]
    const newcomer = new Agent('newcomer', random)
    for (const change of [
      { type: 'psk', id: Uint8Array.of(3) },
      { type: 'add', keyPackage: newcomer.keyPackage().message },
    ] as const)
      must(a.receive(must(b.propose(change, draw())).message, start))
    assert.equal(a.waitingProposals().length, 2)
    const add = { type: 'add', keyPackage: newcomer.keyPackage().message } as const
    const { message, next, changes } = must(a.commit({ changes: [add], ...draw() }))
    assert.equal(changes.added.length, 1)
    same(following(b, message), next)
  })
})
