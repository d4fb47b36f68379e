import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type BindingEvidence,
  bindingKinds,
  bindingProblem,
  documentEvidence,
  isBindingKind,
  isWeak,
  maxBindings,
  resolveBindings,
  serialHash,
  signAttestation,
  signDocument,
  verifyAttestation,
  verifyDocument,
} from '../src/index.ts'
import { codeOf, draft, now, seconds, signed, testAgent } from './agents.ts'
import { nodeCrypto } from './node-crypto.ts'

const agent = testAgent(1)
const owner = testAgent(11)
const spiffe = { kind: 'spiffe', value: 'spiffe://example.org/writer' } as const
const exp = seconds + 600

function attested(more: Partial<Parameters<typeof signAttestation>[0]> = {}): string {
  const draft = { ...spiffe, agent: agent.identity.id, iat: seconds, exp, ...more }
  const answer = signAttestation(draft, owner.log, owner.signer, nodeCrypto)
  assert.ok(answer.type === 'signed', JSON.stringify(answer))
  return answer.attestation
}

const withBindings = (bindings: unknown) =>
  signDocument({ ...draft, others: { bindings: bindings as never } }, agent.log, agent.signer, nodeCrypto)

describe('bindings in an identity document', () => {
  test('survive, and a document without them reads as one with none', () => {
    const bindings = [
      { ...spiffe, exp },
      { kind: 'satellite', value: 'beam/7', exp },
    ]
    const identity = signed({ ...draft, bindings }, agent.log, agent.signer)
    const read = verifyDocument(identity.document, now, nodeCrypto)
    assert.ok(read.type === 'verified')
    assert.deepEqual(read.identity.bindings, bindings)
    assert.deepEqual(agent.identity.bindings, [])
  })
  test('are refused where a value is not one of its kind, is there twice, or there are too many', () => {
    const code = (bindings: unknown): string => codeOf(withBindings(bindings))
    assert.equal(code([{ kind: 'mac', value: '02-00-5E-10-00-01', exp }]), 'malformed')
    assert.equal(code([{ kind: 'ip', value: '192.0.2.07', exp }]), 'malformed')
    assert.equal(code([{ kind: 'ip', value: '2001:DB8::1', exp }]), 'malformed')
    assert.equal(
      code([
        { ...spiffe, exp },
        { ...spiffe, exp: exp + 1 },
      ]),
      'malformed',
    )
    assert.equal(code([{ ...spiffe, exp, attested: 'x'.repeat(9000) }]), 'limit')
    const many = Array.from({ length: maxBindings + 1 }, (_, index) => ({ kind: 'ip', value: `10.0.0.${index}`, exp }))
    assert.equal(code(many), 'limit')
    assert.equal(code(many.slice(1)), 'signed')
  })
  test('of any JSON throw nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        withBindings(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
  test('have an example of each kind that is right', () => {
    const examples = Object.fromEntries(Object.entries(bindingKinds).map(([kind, { example }]) => [kind, example]))
    for (const [kind, value] of Object.entries({ ...examples, ip: '2001:db8::/64', serial: serialHash('A-1') })) {
      assert.ok(isBindingKind(kind))
      assert.equal(bindingProblem(kind, value), undefined, kind)
    }
  })
  test('hide a serial number behind a hash that is always the same', () => {
    assert.equal(serialHash('A-1'), serialHash('A-1'))
    assert.notEqual(serialHash('A-1'), serialHash('A-2'))
  })
})

describe('an attestation', () => {
  test('makes more of a claim, for as long as both hold', () => {
    const bindings = [{ ...spiffe, exp: exp + 600, attested: attested() }]
    const { identity } = { identity: signed({ ...draft, bindings }, agent.log, agent.signer) }
    const claim = { agent: agent.identity.id, ...spiffe }
    assert.deepEqual(documentEvidence(identity, now, nodeCrypto), [
      { ...claim, proof: 'attested', by: owner.identity.id, until: exp * 1000 },
    ])
    const [after] = documentEvidence(identity, exp * 1000, nodeCrypto)
    assert.deepEqual([after?.proof, after?.by], ['claimed', agent.identity.id])
    assert.deepEqual(documentEvidence(identity, (exp + 600) * 1000, nodeCrypto), [])
  })
  test('about another agent, kind or value leaves a claim', () => {
    const thief = testAgent(21)
    for (const text of [
      attested({ agent: testAgent(31).identity.id }),
      attested({ value: 'spiffe://example.org/boss' }),
      attested({ kind: 'did', value: 'did:web:example.org' }),
      `${attested().slice(0, -4)}AAAA`,
    ]) {
      const identity = signed({ ...draft, bindings: [{ ...spiffe, exp, attested: text }] }, thief.log, thief.signer)
      assert.deepEqual(
        documentEvidence(identity, now, nodeCrypto).map(({ proof }) => proof),
        ['claimed'],
      )
    }
  })
  test('of an agent about itself is refused, and so is one that is changed in any character', () => {
    const own = { ...spiffe, agent: owner.identity.id, iat: seconds, exp }
    assert.equal(codeOf(signAttestation(own, owner.log, owner.signer, nodeCrypto)), 'chain')
    const text = attested()
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('A', 'x', '0', '9', '-', '_', '.'), (at, character) => {
        const other = `${text.slice(0, at)}${character}${text.slice(at + 1)}`
        assert.equal(verifyAttestation(other, now, nodeCrypto).type === 'verified', other === text)
      }),
    )
  })
})

describe('who holds an identifier', () => {
  const proofs = ['claimed', 'presented', 'attested', 'proven'] as const
  const one: fc.Arbitrary<BindingEvidence> = fc.record({
    agent: fc.constantFrom('did:key:a', 'did:key:b', 'did:key:c'),
    kind: fc.constantFrom('spiffe', 'ip', 'mac', 'serial', 'satellite'),
    value: fc.constantFrom('x', 'y'),
    proof: fc.constantFrom(...proofs),
    by: fc.constantFrom('owner', 'somebody'),
    until: fc.constantFrom(now, now + 1, now + 1000),
  })
  const trusts = (issuer: string): boolean => issuer === 'owner'
  const strengthOf = ({ proof, by }: BindingEvidence): number =>
    proof === 'attested' && !trusts(by) ? 0 : proofs.indexOf(proof)
  test('is who has the strongest evidence, whatever the order; a tie has no winner, and nobody is hidden', () => {
    fc.assert(
      fc.property(fc.array(one, { maxLength: 20 }), fc.nat(), (all, turn) => {
        const turned = all.map((_, index) => all[(index + turn) % all.length]!)
        const [found, again] = [resolveBindings(all, now, trusts), resolveBindings(turned, now, trusts)]
        const live = all.filter(({ until }) => now < until)
        assert.equal(found.flatMap(({ evidence }) => evidence).length, live.length)
        for (const { kind, value, holder, isContested, raisesTrust } of found) {
          const same = live.filter((each) => each.kind === kind && each.value === value)
          const best = Math.max(...same.map(strengthOf))
          const winners = new Set(same.filter((each) => strengthOf(each) === best).map((each) => each.agent))
          assert.equal(holder, winners.size === 1 ? [...winners][0] : undefined)
          assert.equal(isContested, new Set(same.map((each) => each.agent)).size > 1)
          if (isWeak(kind) || best < 2 || winners.size > 1) assert.equal(raisesTrust, false)
          assert.equal(again.find((each) => each.kind === kind && each.value === value)?.holder, holder)
        }
      }),
    )
  })
})
