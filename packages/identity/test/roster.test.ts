import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  acceptRoster,
  agentIdOf,
  canonicalOctets,
  type JsonValue,
  maxRosterCharacters,
  nextRoleEnd,
  rolesAt,
  type Member,
  type Roster,
  rotateKey,
  type RosterDraft,
  signJws,
  signRoster,
  usualRosterSeconds,
  verifyRoster,
  verifyRosterWhenIssued,
} from '../src/index.ts'
import { codeOf, now, seconds, testAgent } from './agents.ts'
import { nodeCrypto, signerOf, testSigner } from './node-crypto.ts'

type Payload = Record<string, JsonValue>

const payloadOf = (jws: string): Payload =>
  JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString()) as Payload

const owner = testAgent(1)
const { signer, log } = owner
const [boss, writer] = [testAgent(10), testAgent(20)].map(({ identity }) => identity.id) as [string, string]
const members: readonly Member[] = [
  { id: boss, name: 'boss', roles: [] },
  {
    id: writer,
    name: 'writer',
    roles: ['report-writer', 'nightly'],
    quarantine: { since: now - 5000, reason: 'key on a stolen laptop' },
  },
]
const draft: RosterDraft = {
  epoch: 7,
  iat: seconds,
  exp: seconds + usualRosterSeconds,
  members,
  policies: '// members may call each other\npermit (principal, action, resource);',
}

function signedRoster(changes: Partial<RosterDraft> = {}): Roster {
  const answer = signRoster({ ...draft, ...changes }, log, signer, nodeCrypto)
  assert.ok(answer.type === 'signed', JSON.stringify(answer))
  return answer.roster
}

const roster = signedRoster()
const forge = (change: Payload, by = signer): string =>
  signJws('vagus-roster', canonicalOctets({ ...payloadOf(roster.jws), ...change }), by)
const verify = (jws: string, at = now): string => codeOf(verifyRoster(jws, at, nodeCrypto))

describe('roster', () => {
  test('says who belongs to a fleet, and verifies anywhere without asking anybody', () => {
    const answer = verifyRoster(roster.jws, now, nodeCrypto)
    assert.ok(answer.type === 'verified')
    assert.deepEqual(answer.roster, roster)
    assert.equal(roster.owner, owner.identity.id)
    assert.deepEqual(roster.members, members)
    assert.deepEqual([roster.epoch, roster.issuedAt, roster.policies], [7, now, draft.policies])
    assert.equal(roster.expiresAt - roster.issuedAt, 90 * 86_400_000)
  })

  test('can be signed again as it was read, with what we do not know', () => {
    const others = { contact: 'https://example.com/fleet', mlDsa65: { key: 'AAAA' } }
    const unknown = { shift: ['night', 3] }
    const first = signedRoster({ others, members: [{ ...members[0]!, others: unknown }, members[1]!] })
    assert.deepEqual(first.others, others)
    assert.deepEqual(first.members[0]!.others, { shift: ['night', 3] })
    const { epoch, policies, members: read } = first
    const again = signedRoster({ epoch, policies, members: read, others: first.others })
    assert.equal(again.jws, first.jws)
  })

  test('says until when a member has a role, apart from those without an end', () => {
    const terms = [
      { role: 'on-call', until: now + 8000 },
      { role: 'auditor', until: now + 4000 },
    ]
    const read = signedRoster({ members: [members[0]!, { ...members[1]!, terms }] })
    assert.deepEqual(read.members[1]!.terms, terms)
    assert.deepEqual(read.members[1]!.roles, ['report-writer', 'nightly'], 'all that an older reader sees')
    assert.equal(signedRoster({ members: read.members }).jws, read.jws)
    assert.deepEqual(rolesAt(read.members[0]!, now), [])
    const ending = (at: number) => rolesAt(read.members[1]!, at).slice(2)
    assert.deepEqual(ending(now), ['on-call', 'auditor'])
    assert.deepEqual([ending(now + 4000), ending(now + 8000)], [['on-call'], []])
    const ends = [now, now + 3999, now + 4000, now + 8000].map((at) => nextRoleEnd(read, at))
    assert.deepEqual(ends, [now + 4000, now + 4000, now + 8000, undefined])
  })

  for (const [title, terms] of [
    ['none of which there are', []],
    ['that begin no role', [{ role: 'On Call', until: 1 }]],
    ['without an end', [{ role: 'on-call' }]],
    ['that end at no second', [{ role: 'on-call', until: 1.5 }]],
    ['of a role that it has anyway', [{ role: 'nightly', until: 1 }]],
    ['of one role twice', [1, 2].map((until) => ({ role: 'on-call', until }))],
    ['that are no list', { 'on-call': 1 }],
  ] as const)
    test(`terms ${title} are refused`, () => {
      const member = { id: writer, name: 'writer', roles: ['nightly'], terms }
      assert.equal(verify(forge({ members: [member as JsonValue] })), 'malformed')
    })

  test('roles with and without an end are at most 16 together', () => {
    const terms = (count: number) => Array.from({ length: count }, (_, at) => ({ role: `r${at}`, until: 1 }))
    const member = (count: number) => ({ id: writer, name: 'writer', roles: ['nightly'], terms: terms(count) })
    assert.equal(verify(forge({ members: [member(15)] })), 'verified')
    assert.equal(verify(forge({ members: [member(16)] })), 'limit')
  })

  test('what we do not know cannot replace what we know', () => {
    const others = { owner: boss, version: 2, members: [] }
    const sly = signedRoster({ others, members: [{ ...members[0]!, others: { id: writer, name: 'writer' } }] })
    assert.equal(sly.owner, owner.identity.id)
    assert.deepEqual(sly.members, [members[0]])
  })

  test('knows a quarantine to the second', () => {
    const [member] = signedRoster({ members: [{ ...members[1]!, quarantine: { since: 1999, reason: 'x' } }] }).members
    assert.equal(member!.quarantine!.since, 1000)
  })

  test('a roster in which one character differs never verifies', () => {
    const { jws } = roster
    const characters = 'ABCDwxyz0189-_.'
    fc.assert(
      fc.property(fc.nat(jws.length - 1), fc.nat(characters.length - 1), (at, choice) => {
        const other = `${jws.slice(0, at)}${characters[choice]}${jws.slice(at + 1)}`
        assert.equal(verify(other) === 'verified', other === jws)
      }),
      { numRuns: 200 },
    )
  })

  test('a member changed and signed by anyone else never verifies', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(payloadOf(roster.jws))),
        fc.jsonValue({ maxDepth: 2 }),
        (name, value) => {
          assert.notEqual(verify(forge({ [name]: value as JsonValue }, testSigner(9))), 'verified')
        },
      ),
      { numRuns: 60 },
    )
  })

  test('random content signed with the right key throws nothing', () => {
    const value = fc.jsonValue({ maxDepth: 3 }).map((each) => JSON.parse(JSON.stringify(each)) as JsonValue)
    const member = fc.record(
      {
        id: fc.oneof(value, fc.constantFrom(boss, writer)),
        name: value,
        roles: value,
        terms: value,
        quarantine: value,
      },
      { requiredKeys: [] },
    )
    const names = Object.keys(payloadOf(roster.jws))
    fc.assert(
      fc.property(fc.constantFrom(...names), value, fc.array(member, { maxLength: 3 }), (name, value, list) => {
        for (const change of [{ [name]: value }, { members: list }] as readonly Payload[]) {
          assert.notEqual(verify(forge(change)), 'signature')
        }
      }),
    )
  })

  test('any text at all throws nothing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.notEqual(verify(text), 'verified')))
  })

  test('holds from its beginning, less what clocks may differ, to its end', () => {
    assert.equal(verify(roster.jws, now - 300_000), 'verified')
    assert.equal(verify(roster.jws, now - 300_001), 'not-yet')
    assert.equal(verify(roster.jws, roster.expiresAt - 1), 'verified')
    assert.equal(verify(roster.jws, roster.expiresAt), 'expired')
    assert.deepEqual(verifyRosterWhenIssued(roster.jws, nodeCrypto), { type: 'verified', roster })
  })

  const [first, second] = payloadOf(roster.jws)['members'] as [Payload, Payload]
  const many = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `r${n}`)
  const rejects: readonly (readonly [name: string, change: Payload, code: string, problem: RegExp])[] = [
    ['another version', { version: 2 }, 'malformed', /"version" of the roster must be 1/],
    ['another owner', { owner: boss }, 'key', /the key log belongs to/],
    ['an owner of another kind', { owner: 'did:key:zDn' }, 'malformed', /is no agent id/],
    ['no key log', { log: [] }, 'malformed', /key log is empty/],
    ['a negative epoch', { epoch: -1 }, 'malformed', /"epoch" of the roster must be an integer/],
    ['an end before the beginning', { exp: seconds }, 'malformed', /must be after/],
    ['a life of 401 days', { exp: seconds + 401 * 86_400 }, 'limit', /at most 34560000 s/],
    ['members that are no list', { members: {} }, 'malformed', /"members" of the roster must be a list/],
    ['a member that is none', { members: [boss] }, 'malformed', /a member is not a JSON object/],
    ['an id that is no key', { members: [{ ...first, id: 'did:key:z6Mk' }] }, 'malformed', /is no agent id/],
    ['an id twice', { members: [first, { ...second, id: boss }] }, 'malformed', /two members have the id did:key:z6Mk/],
    [
      'a name twice',
      { members: [first, { ...second, name: 'boss' }] },
      'malformed',
      /two members have the name "boss"/,
    ],
    ['a name with blanks', { members: [{ ...first, name: 'the boss' }] }, 'malformed', /1\.\.63 of a-z/],
    ['a role in capitals', { members: [{ ...first, roles: ['Boss'] }] }, 'malformed', /like "report-writer"/],
    ['a role twice', { members: [{ ...first, roles: ['a', 'a'] }] }, 'malformed', /without repeated entries/],
    ['seventeen roles', { members: [{ ...first, roles: many(17) }] }, 'limit', /at most 16 are read/],
    ['a quarantine that is none', { members: [{ ...first, quarantine: true }] }, 'malformed', /is not a JSON object/],
    ['a quarantine since never', { members: [{ ...first, quarantine: { reason: 'x' } }] }, 'malformed', /no "since"/],
    [
      'a reason of two lines',
      { members: [{ ...first, quarantine: { since: 1, reason: 'a\nb' } }] },
      'malformed',
      /256 characters on one line/,
    ],
    [
      'a reason that is too long',
      { members: [{ ...first, quarantine: { since: 1, reason: 'x'.repeat(257) } }] },
      'malformed',
      /256 characters on one line/,
    ],
    ['policies that are no text', { policies: [] }, 'malformed', /"policies" of the roster must be like/],
    ['too many policies', { policies: 'ü'.repeat(131_073) }, 'limit', /262146 octets; at most 262144/],
  ]
  for (const [name, change, code, problem] of rejects) {
    test(`is refused with ${name}`, () => {
      const answer = verifyRoster(forge(change), now, nodeCrypto)
      assert.ok(answer.type === 'refused')
      assert.equal(answer.because.code, code, answer.because.problem)
      assert.match(answer.because.problem, problem)
    })
  }

  test('is refused when a member of the JSON is missing, whichever', () => {
    for (const name of Object.keys(payloadOf(roster.jws))) {
      const { [name]: _, ...payload } = payloadOf(roster.jws)
      assert.equal(verify(signJws('vagus-roster', canonicalOctets(payload), signer)), 'malformed', name)
    }
  })

  test('is refused in any but the canonical form (RFC 8785), though signed', () => {
    const text = new TextDecoder().decode(canonicalOctets(payloadOf(roster.jws)))
    const changes: readonly [string, string][] = [
      ['"epoch":7', '"epoch":7.0'],
      ['"epoch":7', '"epoch": 7'],
      ['"epoch":7,', '"epoch":7,"epoch":7,'],
      ['"name":"boss"', '"name":"\\u0062oss"'],
    ]
    for (const [from, to] of changes) {
      const octets = new TextEncoder().encode(text.replace(from, to))
      assert.equal(verify(signJws('vagus-roster', octets, signer)), 'not-canonical', to)
    }
    assert.equal(verify(signJws('vagus-roster', Uint8Array.of(0xff), signer)), 'malformed')
  })

  test('is refused when it is a JWS of another kind, or too long to read', () => {
    assert.equal(verify(signJws('vagus-identity', canonicalOctets(payloadOf(roster.jws)), signer)), 'algorithm')
    assert.equal(verify('A'.repeat(maxRosterCharacters + 1)), 'limit')
  })

  test('what breaks a rule is not signed, and throws nothing', () => {
    const refuse = (change: Partial<RosterDraft>): string =>
      codeOf(signRoster({ ...draft, ...change }, log, signer, nodeCrypto))
    assert.equal(refuse({ exp: draft.iat }), 'malformed')
    assert.equal(refuse({ members: [members[0]!, members[0]!] }), 'malformed')
    assert.equal(refuse({ policies: 'permit\ud800' }), 'malformed')
    const others = { more: Array.from({ length: 40 }).reduce<JsonValue>((inner) => [inner], 1) }
    assert.equal(refuse({ others }), 'malformed')
    assert.equal(codeOf(signRoster(draft, log, testSigner(5), nodeCrypto)), 'signature')
    assert.equal(codeOf(signRoster(draft, [], signer, nodeCrypto)), 'malformed')
  })

  test('holds 5,000 members, and lists of no more than 8,192', () => {
    const fleet = Array.from({ length: 5000 }, (_, n) => {
      const seed = new Uint8Array(32)
      new DataView(seed.buffer).setUint32(0, n + 1)
      return { id: agentIdOf(signerOf(seed).publicKey), name: `agent-${n}`, roles: ['worker'] }
    })
    assert.equal(signedRoster({ members: fleet }).members.length, 5000)
    assert.equal(verify(forge({ members: Array.from({ length: 8193 }, () => null) })), 'limit')
  })
})

describe('a roster that follows another', () => {
  const accept = (next: Roster, known = roster): string => codeOf(acceptRoster(known, next))

  test('takes its place with a higher epoch', () => {
    assert.equal(codeOf(acceptRoster(undefined, roster)), 'accepted')
    assert.equal(accept(roster), 'unchanged')
    assert.equal(accept(signedRoster({ epoch: 8 })), 'accepted')
    assert.equal(accept(signedRoster({ epoch: 900, members: [] })), 'accepted')
  })

  test('is refused when it goes back, so that nobody is released by an older one', () => {
    const before = signedRoster({ epoch: 6, members: [members[0]!, { id: writer, name: 'writer', roles: [] }] })
    assert.equal(accept(before), 'rollback')
  })

  test('is refused when there are two of one epoch', () => {
    const answer = acceptRoster(roster, signedRoster({ members: [] }))
    assert.ok(answer.type === 'refused')
    assert.match(answer.because.problem, /another roster of epoch 7 is known already/)
  })

  test('is refused when it is of another owner', () => {
    const other = testAgent(30)
    const foreign = signRoster({ ...draft, epoch: 8 }, other.log, other.signer, nodeCrypto)
    assert.ok(foreign.type === 'signed')
    assert.equal(accept(foreign.roster), 'chain')
  })

  test("survives a rotation of the owner's key, after which the key before signs nothing", () => {
    const rotated = rotateKey(log, testSigner(2), testSigner(3).publicKey, nodeCrypto)
    assert.ok(Array.isArray(rotated))
    const next = signRoster({ ...draft, epoch: 1 }, rotated, testSigner(2), nodeCrypto)
    assert.ok(next.type === 'signed')
    assert.equal(next.roster.owner, roster.owner)
    assert.equal(accept(next.roster), 'accepted', 'a rotation beats any epoch: the thief may have signed the highest')
    assert.equal(accept(signedRoster({ epoch: 9 }), next.roster), 'rollback', 'of the key before')
    assert.equal(codeOf(signRoster({ ...draft, epoch: 9 }, rotated, signer, nodeCrypto)), 'signature')
  })

  test('is refused when its key log forks from the known one', () => {
    const afterNext = [3, 4].map((number) => {
      const rotated = rotateKey(log, testSigner(2), testSigner(number).publicKey, nodeCrypto)
      assert.ok(Array.isArray(rotated))
      const answer = signRoster({ ...draft, epoch: number + 5 }, rotated, testSigner(2), nodeCrypto)
      assert.ok(answer.type === 'signed')
      return answer.roster
    }) as [Roster, Roster]
    assert.equal(accept(afterNext[1], afterNext[0]), 'rollback')
  })
})

describe('services of a roster', () => {
  const services = [
    { role: 'planner', service: 'control' },
    { role: 'planner', service: 'later', protocol: 'mcp', operation: 'tools/call', tool: 'stop robot', skill: 'a.b' },
  ]
  test('are what the owner signed, also names and conditions of later versions', () => {
    const later = { role: 'night-watch', service: 'safety', others: { hours: ['22', '6'] } }
    assert.deepEqual(signedRoster({ services: [...services, later] }).services, [...services, later])
    assert.equal(signedRoster().services, undefined)
  })
  test('are refused where they break a rule', () => {
    const wrong: readonly JsonValue[] = [
      [],
      'control',
      [{ role: 'planner' }],
      [{ role: 'Planner', service: 'control' }],
      [{ role: 'planner', service: 'Control!' }],
      [{ role: 'planner', service: 'control', tool: '' }],
      [{ role: 'planner', service: 'control', tool: 'a\u202eb' }],
    ]
    for (const value of wrong) assert.equal(verify(forge({ services: value })), 'malformed', JSON.stringify(value))
    const many = Array.from({ length: 257 }, () => ({ role: 'planner', service: 'control' }))
    assert.equal(verify(forge({ services: many })), 'limit')
  })
})
