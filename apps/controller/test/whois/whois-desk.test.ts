import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { whoisSchema } from '@vagus/api/whois'
import {
  attestedBinding,
  beginKeyLog,
  type Binding,
  serialHash,
  signAttestation,
  signDocument,
  verifyAttestation,
} from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { AgentList } from '../../src/agents/agent-list.ts'
import type { HeldReport } from '../../src/agents/session-reports.ts'
import { HoldingBook } from '../../src/whois/holding-book.ts'
import type { Claim } from '../../src/whois/holding.ts'
import { KeyAges } from '../../src/whois/key-ages.ts'
import { type WhoisParts, WhoisDesk } from '../../src/whois/whois-desk.ts'
import { signer } from '../support/agent-document.ts'
import { appOver } from '../support/app-over.ts'
import { idOf, sessionOf } from '../support/session-report.ts'

const now = 1_790_000_000_000
const seconds = now / 1000
const [a, b, owner] = [idOf(1), idOf(5), idOf(9)]

/** A document of the agent whose first key is `first`. */
function documentOf(name: string, first: number, bindings: readonly Binding[]): string {
  const log = beginKeyLog(signer(first), signer(first + 1).publicKey, identityCrypto)
  const keys = { x25519: new Uint8Array(32).fill(9), mlKem768: new Uint8Array(1184).fill(1) }
  const draft = { epoch: 4, iat: seconds, exp: seconds + 86_400, organisation: 0, role: 'worker', skills: [] }
  const more = { alsoKnownAs: [`vagus:${name}`], keys, locators: [], bindings }
  const answer = signDocument({ ...draft, ...more }, log, signer(first), identityCrypto)
  assert.ok(answer.type === 'signed', JSON.stringify(answer))
  return answer.identity.document
}

function attested(agent: string, value: string, issuer = 9): Binding {
  const log = beginKeyLog(signer(issuer), signer(issuer + 1).publicKey, identityCrypto)
  const draft = { agent, kind: 'spiffe', value, iat: seconds, exp: seconds + 600 } as const
  const answer = signAttestation(draft, log, signer(issuer), identityCrypto)
  assert.ok(answer.type === 'signed')
  const read = verifyAttestation(answer.attestation, now, identityCrypto)
  assert.ok(read.type === 'verified')
  return attestedBinding(read.attestation, answer.attestation)
}

interface Scene {
  readonly bindings?: Readonly<Record<string, readonly Binding[]>>
  readonly claims?: readonly Claim[]
  readonly parts?: Partial<WhoisParts>
}

function desk({ bindings = {}, claims = [], parts = {} }: Scene = {}): WhoisDesk {
  const list = new AgentList({ load: () => [], keep: () => undefined, forget: () => undefined }, identityCrypto, now)
  for (const [name, first] of [
    ['a', 1],
    ['b', 5],
  ] as const)
    assert.equal(list.publish(name, documentOf(name, first, bindings[name] ?? []), now).type, 'added')
  const book = new HoldingBook()
  for (const [index, claim] of claims.entries()) book.tell(String(index), [claim], now)
  const ages = new KeyAges()
  for (const { identity } of list.all(now)) ages.see(identity, now - 3600_000)
  return new WhoisDesk({
    book,
    ages,
    crypto: identityCrypto,
    listed: () => list.all(now),
    nameOf: (id) => list.nameOf(id, now),
    agentOf: (word) => list.find(word, now),
    siteOf: () => 'office',
    reports: () => [],
    membershipOf: (id) => (id === a ? { owner, name: 'a', roles: ['report-writer'] } : undefined),
    config: () => ({ devices: [], access: { owners: [{ name: 'acme', id: owner }] } }),
    boxes: () => [],
    keptSince: () => now - 7200_000,
    now: () => now,
    ...parts,
  })
}

const at = (agent: string, address: string, port: number | undefined, speaker: Claim['speaker']): Claim => ({
  agent,
  place: { address, port, protocol: port === undefined ? undefined : 'udp' },
  speaker,
  since: now - 1000,
})

describe('whois', () => {
  test('tells of an agent its owner and roles by the roster, its key and its site, and what it claims as a claim', () => {
    const { agents, is } = whoisSchema.parse(desk().answer('a', undefined))
    const [one] = agents
    assert.deepEqual(
      [is, one?.id, one?.owner, one?.roles, one?.claims],
      ['agent', a, { id: owner, name: 'acme' }, ['report-writer'], 'worker'],
    )
    assert.deepEqual(
      [one?.key?.epoch, one?.key?.rotations, one?.key?.since],
      [4, 0, new Date(now - 3600_000).toISOString()],
    )
    assert.deepEqual(desk().answer(a, undefined).agents[0], one)
  })
  test('tells who delegated to an agent, as it showed a peer', () => {
    const until = new Date(now + 60_000).toISOString()
    const session = sessionOf(a, now, { peerActsFor: { agent: owner, task: 'r-17', until } })
    const report: HeldReport = { agent: b, at: now, receivedAt: now, sessions: [session], more: 0 }
    const { actsFor, sessions } = desk({ parts: { reports: () => [report] } }).answer('a', undefined).agents[0]!
    assert.deepEqual(actsFor, { agent: { id: owner, name: null }, task: 'r-17', until, toldBy: { id: b, name: 'b' } })
    assert.equal(sessions, 1)
  })
  test('finds by address, with a port or without, in any writing of it', () => {
    const scene = desk({ claims: [at(a, '2001:db8::7', 7601, 'self'), at(b, '2001:db8::7', 7602, 'peer')] })
    const names = (asked: string) => scene.answer(asked, undefined).agents.map(({ name }) => name)
    assert.deepEqual(names('2001:DB8:0::7'), ['b', 'a'])
    assert.deepEqual(names('[2001:db8::7]'), ['b', 'a'])
    assert.deepEqual(names('[2001:db8::7]:7601'), ['a'])
    assert.deepEqual(names('2001:db8::8'), [])
    assert.deepEqual(scene.answer('[2001:db8::7]:7601', now - 5000).agents, [])
  })
  test('finds by the tag of an agent, which is an address', () => {
    const [one] = desk().answer('a', undefined).agents
    const tag = documentTag(one!.id)
    assert.deepEqual(
      desk()
        .answer(tag, undefined)
        .agents.map(({ id }) => id),
      [a],
    )
  })
  test('shows two agents at one place with equal evidence as a conflict, and an unequal one in order', () => {
    const equal = desk({ claims: [at(a, '192.0.2.7', 7601, 'self'), at(b, '192.0.2.7', 7601, 'document')] })
    assert.deepEqual(equal.answer('192.0.2.7', undefined).conflicts, [
      {
        what: '192.0.2.7:7601 udp',
        agents: [
          { id: a, name: 'a' },
          { id: b, name: 'b' },
        ],
      },
    ])
    const unequal = desk({ claims: [at(a, '192.0.2.7', 7601, 'self'), at(b, '192.0.2.7', undefined, 'edge')] })
    const { conflicts, agents } = unequal.answer('192.0.2.7', undefined)
    assert.deepEqual([conflicts, agents.map(({ name }) => name)], [[], ['b', 'a']])
  })
  test('finds by what other networks call an agent; the attested one counts, and the claim of another is shown', () => {
    const value = 'spiffe://example.org/writer'
    const bindings = { a: [attested(a, value)], b: [{ kind: 'spiffe', value, exp: seconds + 600 }] }
    const { agents, conflicts, is } = whoisSchema.parse(desk({ bindings }).answer(value, undefined))
    assert.deepEqual([is, conflicts], ['identifier', []])
    const told = agents.map(({ name, bindings: [one] }) => [
      name,
      one?.proof,
      one?.raisesTrust,
      one?.contested.map((each) => each.name),
    ])
    assert.deepEqual(told, [
      ['a', 'attested', true, ['b']],
      ['b', 'claimed', false, ['a']],
    ])
    const claims = { a: bindings.b, b: bindings.b }
    assert.deepEqual(desk({ bindings: claims }).answer(value, undefined).conflicts[0]?.agents.length, 2)
  })
  test('takes an attestation of somebody who owns no fleet here for what it is: anybody can make an issuer', () => {
    const value = 'spiffe://example.org/writer'
    const bindings = { a: [{ kind: 'spiffe', value, exp: seconds + 600 }], b: [attested(b, value, 20)] }
    const { agents, conflicts } = whoisSchema.parse(desk({ bindings }).answer(value, undefined))
    assert.deepEqual(
      agents.map(({ name, bindings: [one] }) => [name, one?.proof, one?.raisesTrust]),
      [
        ['a', 'claimed', false],
        ['b', 'attested', false],
      ],
    )
    assert.equal(conflicts[0]?.agents.length, 2)
  })
  test('verifies each attestation once, however many agents say the same', () => {
    const bound = (agent: string) => [1, 2, 3].map((each) => attested(agent, `spiffe://example.org/${each}`))
    let [verified, once] = [0, 0]
    const counting = {
      ...identityCrypto,
      verifyEd25519: (...of: Parameters<typeof identityCrypto.verifyEd25519>) => {
        verified++
        return identityCrypto.verifyEd25519(...of)
      },
    }
    const both = desk({ bindings: { a: bound(a), b: bound(b) }, parts: { crypto: counting } })
    both.answer('spiffe://example.org/1', undefined)
    ;[once, verified] = [verified, 0]
    desk({ bindings: { a: bound(a) }, parts: { crypto: counting } }).answer('spiffe://example.org/1', undefined)
    assert.ok(verified > 0 && once === 2 * verified, `${once} for two, ${verified} for one`)
  })
  test('knows the box of an agent by its certificate, whatever others claim; an address bound proves nothing', () => {
    const bindings = {
      a: [{ kind: 'ip', value: '192.0.2.7', exp: seconds + 600 }],
      b: [{ kind: 'serial', value: serialHash('A-1'), exp: seconds + 600 }],
    }
    const boxes = () => [{ serial: 'A-1', agent: a, until: now + 1000 }]
    const { agents } = desk({ bindings, parts: { boxes } }).answer('A-1', undefined)
    assert.deepEqual(
      agents.map(({ name, serial }) => [name, serial]),
      [
        ['a', 'A-1'],
        ['b', null],
      ],
    )
    const of = (name: string) =>
      agents
        .find((one) => one.name === name)!
        .bindings.map(({ kind, proof, raisesTrust }) => [kind, proof, raisesTrust])
    assert.deepEqual(of('a'), [
      ['ip', 'claimed', false],
      ['serial', 'proven', true],
    ])
    assert.deepEqual(of('b'), [['serial', 'claimed', false]])
  })
  test('says nobody for what nobody is, and throws for no text', () => {
    for (const asked of [
      'nobody',
      '',
      ' ',
      '1.2.3',
      '[',
      'a:b:c',
      '192.0.2.7:99999',
      'did:key:zz',
      '127.0.0.1:7601',
      '🦊'.repeat(50),
    ])
      assert.deepEqual(desk().answer(asked, undefined).agents, [])
  })
})

function documentTag(id: string): string {
  const found = desk({}).answer(id, undefined).agents[0]!.id
  assert.equal(found, a)
  const payload = documentOf('a', 1, []).split('.')[1]!
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly ait: string }).ait
}

describe('GET /v1/whois', () => {
  const scene = desk({ claims: [at(a, '192.0.2.7', 7601, 'self')] })
  const app = appOver({ whois: (asked: string, when: number | undefined) => scene.answer(asked, when) })
  const get = (query: string) => app.request(`http://127.0.0.1/v1/whois?${query}`, { headers: { host: '127.0.0.1' } })
  test('answers, at a time', async () => {
    const answer = whoisSchema.parse(await (await get('asked=192.0.2.7:7601')).json())
    assert.equal(answer.agents[0]?.name, 'a')
    const before = whoisSchema.parse(await (await get('asked=192.0.2.7&at=2020-01-01T00:00:00Z')).json())
    assert.deepEqual([before.agents, before.at], [[], '2020-01-01T00:00:00.000Z'])
  })
  test('refuses what it does not know, and changes nothing', async () => {
    for (const query of ['', 'asked=', 'asked=x&at=yesterday', 'asked=x&when=now', `asked=${'x'.repeat(301)}`])
      assert.equal((await get(query)).status, 400, query)
    const put = await app.request('http://127.0.0.1/v1/whois?asked=x', {
      method: 'PUT',
      headers: { host: '127.0.0.1' },
    })
    assert.equal(put.status, 405)
  })
})
