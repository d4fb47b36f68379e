import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { beginKeyLog, agentIdOf, type Member, signRoster } from '@vagus/identity'
import { identityCrypto, randomOctets, signerOf } from '@vagus/transport'
import { newSeeds, withAddresses } from '../../../../packages/agent/test/identities.ts'
import { addressOf, MemberPlaces } from '../../src/services/member-places.ts'

const signer = signerOf(randomOctets(32))
const log = beginKeyLog(signer, signerOf(randomOctets(32)).publicKey, identityCrypto)
const owner = agentIdOf(signer.publicKey)
const now = Date.now()
const idOf = ({ document }: { readonly document: string }): string =>
  (JSON.parse(Buffer.from(document.split('.')[1]!, 'base64url').toString()) as { readonly id: string }).id
const planner = withAddresses(newSeeds('planner'), [
  'udp://192.0.2.1:7601',
  'tcp://192.0.2.1:7601',
  'udp://[2001:db8::1]:7601',
  'relay://did:key:zRelay',
])
const guest = withAddresses(newSeeds('guest'), ['udp://192.0.2.2:7601'])
const barred = withAddresses(newSeeds('barred'), ['udp://192.0.2.3:7601'])
const members: readonly Member[] = [
  { id: idOf(planner), name: 'planner', roles: ['planner'] },
  { id: idOf(guest), name: 'guest', roles: [] },
  { id: idOf(barred), name: 'barred', roles: ['planner'], quarantine: { since: now, reason: 'lost' } },
]

function rosterOf(epoch: number, by = { signer, log }): string {
  const iat = Math.floor(now / 1000)
  const services = [{ role: 'planner', service: 'control' }]
  const draft = { epoch, iat, exp: iat + 3600, members, policies: '', services }
  const signed = signRoster(draft, by.log, by.signer, identityCrypto)
  assert.ok(signed.type === 'signed')
  return signed.roster.jws
}

const options = { links: ['eth1'], owner, api: 'http://192.0.2.10:7600' }

/** As the file of an agent. */
function storeOf(kept?: string): { kept: string | undefined; read(): string | undefined; write(jws: string): void } {
  return {
    kept,
    read() {
      return this.kept
    },
    write(jws) {
      this.kept = jws
    },
  }
}

function placesWith(
  rosters: (string | undefined)[],
  documents: ReadonlyMap<string, string | Error>,
  store = storeOf(),
) {
  const sources = {
    rosters: { newer: async () => (rosters.length > 1 ? rosters.shift() : rosters[0]) },
    list: {
      find: async (id: string) => {
        const found = documents.get(id)
        if (found instanceof Error) throw found
        return found === undefined ? [] : [{ document: found }]
      },
    },
  }
  return new MemberPlaces(options, store, sources)
}
const all = new Map([planner, guest, barred].map((one) => [idOf(one), one.document] as const))
const { signal } = new AbortController()

describe('the places of members', () => {
  test('are the addresses that they publish, with the most that their roles can get, and none in quarantine', async () => {
    const { members: seen, epoch, problems } = await placesWith([rosterOf(3)], all).look(now, signal)
    assert.deepEqual(seen, [
      { address: '192.0.2.1', service: 'control' },
      { address: '2001:db8::1', service: 'control' },
      { address: '192.0.2.2', service: 'call' },
    ])
    assert.deepEqual([epoch, problems], [3, []])
  })
  test('are nowhere without a roster, with one that expired, and with one of somebody else', async () => {
    const none = await placesWith([undefined], all).look(now, signal)
    assert.deepEqual([none.members, none.problems], [[], ['there is no roster yet']])
    const places = placesWith([rosterOf(1)], all)
    await places.look(now, signal)
    assert.deepEqual((await places.look(now + 3_600_000, signal)).members, [])
    const other = signerOf(randomOctets(32))
    const foreign = rosterOf(1, { signer: other, log: beginKeyLog(other, randomOctets(32), identityCrypto) })
    assert.match((await placesWith([foreign], all).look(now, signal)).problems[0]!, /not of did:key/)
  })
  test('stay while the controller is away or gives an older roster', async () => {
    const documents = new Map<string, string | Error>(all)
    const places = placesWith([rosterOf(5), rosterOf(4)], documents)
    const before = await places.look(now, signal)
    documents.set(idOf(planner), new Error('the controller is away'))
    const after = await places.look(now, signal)
    assert.deepEqual([after.members, after.epoch], [before.members, 5])
    assert.deepEqual(after.problems, ['planner: the controller is away'])
  })
  test('are by the newest roster that this agent ever saw, also after a restart, and of its owner alone', async () => {
    const store = storeOf()
    await placesWith([rosterOf(5)], all, store).look(now, signal)
    const back = await placesWith([rosterOf(4)], all, store).look(now, signal)
    assert.deepEqual([back.epoch, back.members.length, back.problems], [5, 3, []])
    const away = await placesWith([undefined], all, store).look(now, signal)
    assert.deepEqual([away.epoch, away.members.length], [5, 3])
    const expired = await placesWith([rosterOf(4)], all, store).look(now + 3_600_000, signal)
    assert.deepEqual(expired.members, [])
    const other = signerOf(randomOctets(32))
    const foreign = rosterOf(9, { signer: other, log: beginKeyLog(other, randomOctets(32), identityCrypto) })
    const own = await placesWith([rosterOf(4)], all, storeOf(foreign)).look(now, signal)
    assert.equal(own.epoch, 4)
  })
  test('take a roster that is known already only once', async () => {
    const known: unknown[] = []
    const rosters = {
      newer: async (_: string, { after, rotations }: { after: number | undefined; rotations: number | undefined }) => {
        known.push([after, rotations])
        return after === undefined ? rosterOf(3) : undefined
      },
    }
    const places = new MemberPlaces(options, storeOf(), { rosters, list: { find: async () => [] } })
    for (let look = 0; look < 2; look++) assert.equal((await places.look(now, signal)).epoch, 3)
    assert.deepEqual(known, [
      [undefined, undefined],
      [3, 0],
    ])
  })
  test('are not taken from the document of somebody else', async () => {
    const documents = new Map([[idOf(planner), guest.document]])
    const { members: seen, problems } = await placesWith([rosterOf(1)], documents).look(now, signal)
    assert.deepEqual(seen, [])
    assert.match(problems.join(), /another agent under its id/)
  })
})

test('an address counts where packets of the agent itself come from', () => {
  for (const [uri, address] of [
    ['udp://192.0.2.1:7601', ['192.0.2.1']],
    ['ws://[2001:db8::1]:80/x', ['2001:db8::1']],
    ['wss://agents.example/x', []],
    ['relay://did:key:zRelay', []],
    ['udp://127.0.0.1:7601', []],
    ['udp://0.0.0.0:7601', []],
    ['tcp://[fe80::1]:7601', []],
    ['nonsense', []],
  ] as const)
    assert.deepEqual(addressOf(uri), address, uri)
})
