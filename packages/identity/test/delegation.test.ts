import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  agentIdOf,
  beginKeyLog,
  canonicalOctets,
  type CompactJws,
  covers,
  type Delegation,
  type Mandate,
  rotateKey,
  signDelegation,
  type Signer,
  signJws,
  verifyDelegations,
} from '../src/index.ts'
import { codeOf, draft, now, seconds, signed, testAgent } from './agents.ts'
import { nodeCrypto, testSigner } from './node-crypto.ts'

const root = testAgent(1)
const idOf = (number: number): string => agentIdOf(testSigner(number).publicKey)

const first: Delegation = {
  iss: root.identity.id,
  sub: idOf(20),
  iat: seconds,
  exp: seconds + 300,
  depth: 2,
  task: 'report-17',
  capabilities: ['report', 'line.order'],
  audience: [idOf(30), idOf(31)],
}
const second: Delegation = {
  ...first,
  iss: idOf(20),
  sub: idOf(21),
  depth: 1,
  task: 'report-17/figures',
  capabilities: ['report.write'],
  audience: [idOf(30)],
}
const third: Delegation = { ...second, iss: idOf(21), sub: idOf(22), depth: 0 }

function sign(delegation: Delegation, signer: Signer): CompactJws {
  const answer = signDelegation(delegation, signer)
  assert.ok(answer.type === 'signed', JSON.stringify(answer))
  return answer.delegation
}

const chain = (...changes: readonly Partial<Delegation>[]): readonly CompactJws[] =>
  [first, second, third]
    .slice(0, changes.length)
    .map((hop, index) => sign({ ...hop, ...changes[index] }, [root.signer, testSigner(20), testSigner(21)][index]!))

/** The second hop as only another implementation signs it. */
const forged = (change: Partial<Delegation>): CompactJws =>
  signJws('vagus-delegation', canonicalOctets({ version: 1, ...second, ...change }), testSigner(20))

const verify = (delegations: readonly CompactJws[], at = now): ReturnType<typeof verifyDelegations> =>
  verifyDelegations(root.identity, delegations, at, nodeCrypto)

function mandate(delegations: readonly CompactJws[]): Mandate {
  const answer = verify(delegations)
  assert.ok(answer.type === 'verified', JSON.stringify(answer))
  return answer.mandate
}

describe('capability', () => {
  test('covers itself and what is inside it, and nothing that only looks alike', () => {
    assert.ok(covers(['line'], 'line'))
    assert.ok(covers(['line'], 'line.order.extend'))
    assert.ok(covers(['report', 'line.order'], 'line.order'))
    for (const wanted of ['liner', 'lin', 'line-order', '', 'report']) assert.ok(!covers(['line'], wanted), wanted)
    assert.ok(!covers(['line.order'], 'line'))
    assert.ok(!covers([], 'line'))
  })
})

describe('delegation', () => {
  test('gives a child part of what its parent may, verified from the root document alone', () => {
    assert.deepEqual(mandate(chain({}, {}, {})), {
      root: root.identity.id,
      agent: idOf(22),
      chain: [root.identity.id, idOf(20), idOf(21), idOf(22)],
      capabilities: ['report.write'],
      task: 'report-17/figures',
      audience: [idOf(30)],
      depth: 0,
      expiresAt: now + 300_000,
    })
    const { audience: _, ...open } = first
    assert.equal(mandate([sign(open, root.signer)]).audience, undefined)
  })

  test('comes from the key in use, after a rotation from the new one', () => {
    const log = beginKeyLog(testSigner(1), testSigner(2).publicKey, nodeCrypto)
    const rotated = rotateKey(log, testSigner(2), testSigner(3).publicKey, nodeCrypto)
    assert.ok(!('because' in rotated))
    const identity = signed(draft, rotated, testSigner(2))
    const by = (number: number): string =>
      codeOf(verifyDelegations(identity, [sign(first, testSigner(number))], now, nodeCrypto))
    assert.equal(by(2), 'verified')
    assert.equal(by(1), 'signature')
  })

  test('ends with its time, and with the document of its root', () => {
    const delegations = chain({}, { exp: seconds + 60 })
    assert.equal(codeOf(verify(delegations, now + 59_999)), 'verified')
    assert.equal(codeOf(verify(delegations, now + 60_000)), 'expired')
    assert.equal(codeOf(verify(delegations, now - 300_001)), 'not-yet')
    const short = signed({ ...draft, exp: seconds + 30 }, root.log, root.signer)
    assert.equal(codeOf(verifyDelegations(short, delegations, now, nodeCrypto)), 'widened')
    assert.equal(codeOf(verifyDelegations(short, delegations, now + 30_000, nodeCrypto)), 'expired')
  })

  const { audience: _, ...withoutAudience } = second
  const escapes: readonly {
    readonly name: string
    readonly hops: readonly CompactJws[]
    readonly code: string
    readonly problem: RegExp
  }[] = [
    {
      name: 'a capability it lacks',
      hops: chain({}, { capabilities: ['line'] }),
      code: 'widened',
      problem: /hop 2 gives "line"/,
    },
    {
      name: 'a capability that looks alike',
      hops: chain({}, { capabilities: ['reporter'] }),
      code: 'widened',
      problem: /gives "reporter"/,
    },
    {
      name: 'as many hops again',
      hops: chain({}, { depth: 2 }),
      code: 'widened',
      problem: /must allow fewer than 2/,
    },
    {
      name: 'a hop where none is left',
      hops: chain({ depth: 0 }, { depth: 0 }),
      code: 'widened',
      problem: /one hop too many/,
    },
    { name: 'a longer life', hops: chain({}, { exp: seconds + 301 }), code: 'widened', problem: /ends 1 s after/ },
    {
      name: 'another task',
      hops: chain({}, { task: 'report-18' }),
      code: 'widened',
      problem: /not inside "report-17"/,
    },
    {
      name: 'a task that looks alike',
      hops: chain({}, { task: 'report-171' }),
      code: 'widened',
      problem: /not inside/,
    },
    {
      name: 'another audience',
      hops: chain({}, { audience: [idOf(32)] }),
      code: 'widened',
      problem: /not in the audience of the hop before/,
    },
    {
      name: 'no audience at all',
      hops: [...chain({}), sign(withoutAudience, testSigner(20))],
      code: 'widened',
      problem: /for anyone/,
    },
    {
      name: 'a capability that an ancestor dropped',
      hops: chain({}, {}, { capabilities: ['line.order'] }),
      code: 'widened',
      problem: /hop 3/,
    },
    { name: 'a hop back to the root', hops: chain({}, { sub: root.identity.id }), code: 'chain', problem: /goes back/ },
    { name: 'a hop to itself', hops: [...chain({}), forged({ sub: idOf(20) })], code: 'chain', problem: /to itself/ },
    {
      name: 'an audience that is no agent',
      hops: [...chain({}), forged({ audience: ['did:key:\u001b[2J\nverified'] })],
      code: 'malformed',
      problem: /no agent id/,
    },
    {
      name: 'a hop left out',
      hops: [chain({}, {}, {})[0]!, chain({}, {}, {})[2]!],
      code: 'chain',
      problem: /is signed by/,
    },
    { name: 'hops in another order', hops: chain({}, {}).toReversed(), code: 'chain', problem: /is signed by/ },
    {
      name: 'a hop signed by another',
      hops: [...chain({}), sign(second, testSigner(21))],
      code: 'signature',
      problem: /does not match/,
    },
    {
      name: 'a root that is another',
      hops: [sign(first, testSigner(20))],
      code: 'signature',
      problem: /does not match/,
    },
    { name: 'no hop', hops: [], code: 'chain', problem: /no delegation/ },
    {
      name: 'five hops',
      hops: Array.from({ length: 5 }, () => chain({})[0]!),
      code: 'limit',
      problem: /at most 4 are read/,
    },
    { name: 'text that is too long', hops: ['A'.repeat(16_385)], code: 'limit', problem: /16384 are read/ },
    { name: 'text that is none', hops: ['delegation'], code: 'malformed', problem: /three parts/ },
  ]
  for (const { name, hops, code, problem } of escapes) {
    test(`is refused with ${name}`, () => {
      const answer = verify(hops)
      assert.equal(codeOf(answer), code)
      assert.ok('because' in answer)
      assert.match(answer.because.problem, problem)
    })
  }

  test('is not signed when it breaks a rule', () => {
    const refuse = (change: Partial<Delegation>): string => codeOf(signDelegation({ ...first, ...change }, root.signer))
    assert.equal(refuse({ exp: seconds + 601 }), 'limit')
    assert.equal(refuse({ depth: 4 }), 'malformed')
    assert.equal(refuse({ sub: 'did:web:example.com' }), 'malformed')
    assert.equal(refuse({ sub: first.iss }), 'chain')
    assert.equal(refuse({ audience: [idOf(30), 'did:key:oops'] }), 'malformed')
    assert.equal(refuse({ task: 'a b' }), 'malformed')
    assert.equal(refuse({ capabilities: ['a', 'a'] }), 'malformed')
    assert.equal(refuse({ capabilities: Array.from({ length: 33 }, (_, n) => `c${n}`) }), 'limit')
    assert.equal(refuse({ audience: Array.from({ length: 17 }, (_, n) => idOf(n)) }), 'limit')
  })

  test('whatever hops are signed, a chain that verifies never gives more than its first hop', () => {
    const words = fc.constantFrom('report', 'report.write', 'report.write.draft', 'line', 'line.order', 'reporter')
    const hop = fc.record({
      capabilities: fc.uniqueArray(words, { maxLength: 3 }),
      depth: fc.nat(3),
      exp: fc.integer({ min: seconds + 1, max: seconds + 600 }),
      task: fc.constantFrom('a', 'a/b', 'a/b/c', 'ab', 'b'),
      audience: fc.uniqueArray(fc.constantFrom(idOf(30), idOf(31), idOf(32)), { maxLength: 3 }),
    })
    const probes = ['report', 'report.write', 'report.write.draft', 'line', 'line.order', 'reporter', 'line.order.x']
    let verified = 0
    fc.assert(
      fc.property(hop, hop, (one, two) => {
        const delegations = chain({ ...one }, { ...two })
        const answer = verify(delegations)
        if (answer.type === 'refused') return assert.equal(answer.because.code, 'widened')
        verified++
        const given = answer.mandate
        for (const probe of probes) assert.ok(!covers(given.capabilities, probe) || covers(one.capabilities, probe))
        assert.ok(given.expiresAt <= one.exp * 1000)
        assert.ok(given.depth < one.depth)
        assert.ok(`${given.task}/`.startsWith(`${one.task}/`))
        assert.ok(given.audience?.every((id) => one.audience.includes(id)))
        return undefined
      }),
      {
        numRuns: 100,
        examples: [
          [
            { capabilities: ['report'], depth: 1, exp: seconds + 9, task: 'a', audience: [idOf(30)] },
            { capabilities: ['report.write'], depth: 0, exp: seconds + 9, task: 'a/b', audience: [] },
          ],
        ],
      },
    )
    assert.ok(verified > 0)
  })
})
