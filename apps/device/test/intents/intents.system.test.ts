/**
 * Devices in processes of their own obey the intents of one owner: they get them from the controller, pass them on, refuse
 * what they forbid over real sessions, and know them after kill -9 when nobody else is there.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { type Agent, openAgent } from '@vagus/agent'
import type { DeviceAgent } from '@vagus/api/telemetry'
import { agentSubstrate, type Grasp, type IntentHolder, IntentSpread, openGrasp } from '@vagus/asa'
import { RecordCheck } from '@vagus/audit'
import { congestionMed, intentOffer, intentStatus, type MedOffer } from '@vagus/grasp/objectives'
import { verifyDocument } from '@vagus/identity'
import { type Intent, type IntentSet, signIntents } from '@vagus/intent'
import { Keyring, ownAgent } from '@vagus/keyring'
import { writeFileWhole } from '@vagus/keyring/private-file'
import { folderLookup } from '@vagus/lookup'
import { identityCrypto } from '@vagus/transport'
import { identityOf, newSeeds, type Seeds, withAddresses } from '../../../../packages/agent/test/identities.ts'
import { testAgent } from '../../../../packages/identity/test/agents.ts'
import { intent, places } from '../../../../packages/intent/test/sets.ts'
import { eventually } from '../../../../scripts/eventually.ts'
import { askSocket } from '../fixtures/ask-socket.ts'
import { NewestIntents } from '../../src/intents/newest-intents.ts'
import type { Begin } from '../fixtures/intent-device.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-intents-'))
const list = join(folder, 'list')
mkdirSync(list)
const owner = testAgent(1)
const children = new Map<string, ChildProcess>()

/** Members that run in this process. */
interface Member {
  readonly id: string
  readonly agent: Agent
  readonly grasp: Grasp
  close(): Promise<void>
}

/** @param admits ids */
async function member(seeds: Seeds, admits: readonly string[]): Promise<Member> {
  const agent = await openAgent({
    identity: identityOf(seeds),
    lookup: folderLookup(list),
    listen: ['udp://127.0.0.1:0'],
  })
  const { document } = withAddresses(seeds, agent.addresses())
  writeFileWhole(join(list, `${seeds.name}.jws`), document, 0o644)
  const substrate = agentSubstrate(agent, { admits: ({ identity }) => admits.includes(identity.id) })
  const grasp = await openGrasp({ mode: 'domain', substrate })
  return {
    id: agent.id,
    agent,
    grasp,
    async close() {
      await grasp.close()
      await agent.close()
    },
  }
}

const holder = (set: IntentSet): IntentHolder => ({
  owner: set.owner,
  newest: () => ({
    epoch: set.epoch,
    rotations: 0,
    hash: new Uint8Array(Buffer.from(set.hash, 'base64url')),
    document: set.jws,
  }),
  take: () => 'known',
})

function nextSet(intents: readonly Intent[], before?: IntentSet): IntentSet {
  const iat = Math.floor(Date.now() / 1000)
  const draft = {
    epoch: (before?.epoch ?? 0) + 1,
    previous: before?.hash ?? null,
    iat,
    exp: iat + 86_400,
    places,
    intents,
  }
  const answer = signIntents(draft, owner.log, owner.signer, identityCrypto)
  assert.ok(answer.type === 'signed')
  return answer.set
}

const homeOf = (name: string): string => join(folder, name)
const idOf = (name: string): string =>
  ownAgent({ keyring: new Keyring(join(homeOf(name), 'agents')), name, report: () => undefined }).identity.id

/** By its name, an address of loopback that no other has. */
const addresses: Readonly<Record<string, string>> = { 'pe-1': '127.9.5.1', 'pe-2': '127.9.5.2' }

function startDevice(name: string, more: Pick<Begin, 'by' | 'neighbours' | 'listen'>): void {
  mkdirSync(homeOf(name), { recursive: true })
  const child = fork(join(import.meta.dirname, '../fixtures/intent-device.ts'), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  children.set(name, child)
  const begin: Begin = { name, home: homeOf(name), list, owner: owner.identity.id, address: addresses[name]!, ...more }
  child.send(begin)
}

async function kill(name: string): Promise<void> {
  const child = children.get(name)!
  children.delete(name)
  child.kill('SIGKILL')
  await once(child, 'exit')
}

type Intents = NonNullable<DeviceAgent['intents']>

async function intentsOf(name: string): Promise<Intents> {
  const { intents } = await askSocket<DeviceAgent>(join(homeOf(name), 'agent.sock'), 'GET', '/v1/agent')
  return intents!
}

async function has(name: string, holds: (intents: Intents) => boolean): Promise<Intents> {
  let last: Intents | undefined
  await eventually(
    () => `${name} has ${JSON.stringify(last)}`,
    async () => existsSync(join(homeOf(name), 'agent.sock')) && holds((last = await intentsOf(name))),
  )
  return last!
}

function idOfSeeds({ document }: Seeds): string {
  const answer = verifyDocument(document, Date.now(), identityCrypto)
  assert.ok(answer.type === 'verified')
  return answer.identity.id
}

let plans = 0
const offer = (): MedOffer => ({
  header: { node: 'asker', epoch: Date.now(), sequence: plans },
  prefix: '10.1.0.0/16',
  peerAs: 0,
  ingress: 'eth1',
  load: { now: 900, predicted: 600 },
  confidence: 800,
  leaseMs: 600_000,
  planId: new Uint8Array(16).fill(++plans),
  med: 200,
})

const locatorOf = (id: string) => ({ type: 'fqdn', name: id, protocol: 6, port: 7017 }) as const

/** What the device says to a MED. */
async function asked(by: Member, device: string): Promise<string | undefined> {
  const negotiation = by.grasp
    .agent(`asker-${plans}`)
    .negotiate(congestionMed, offer(), { to: locatorOf(device), timeoutMs: 20_000 })
  const outcome = await negotiation.outcome
  return outcome.outcome === 'declined' ? outcome.reason : outcome.outcome
}

after(() => {
  for (const child of children.values()) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

describe('devices that obey the intents of an owner', () => {
  const [pe1, pe2] = [idOf('pe-1'), idOf('pe-2')]
  const controllerSeeds = newSeeds('controller')
  const [liarSeeds, honestSeeds] = [newSeeds('pe-3'), newSeeds('pe-4')]
  const freeze = nextSet([
    intent('launch', { type: 'freeze' }, { because: 'release of 12.4' }),
    intent('far', { type: 'freeze' }, { scope: { devices: ['pe-9'] } }),
  ])
  const pinned = nextSet([intent('voice', { type: 'pin', prefix: '10.1.0.0/16', enters: 'only', over: ['a'] })], freeze)

  test('get them from the controller, refuse what they forbid, and report how they stand', async (t) => {
    const controller = await member(controllerSeeds, [pe1, pe2])
    t.after(() => controller.close())
    const spread = new IntentSpread({ grasp: controller.grasp, node: 'controller', holder: holder(freeze) })
    const pe3 = await member(liarSeeds, [pe2])
    t.after(() => pe3.close())
    startDevice('pe-1', { by: controller.id, neighbours: [pe2], listen: ['udp://127.0.0.1:0'] })
    startDevice('pe-2', { by: controller.id, neighbours: [pe1, pe3.id, idOfSeeds(honestSeeds)], listen: [] })
    for (const name of ['pe-1', 'pe-2']) {
      const { epoch, standing, hash } = await has(name, (one) => one.epoch === 1 && one.items.length === 2)
      assert.deepEqual([epoch, standing, hash], [1, 'holds', freeze.hash])
    }
    assert.equal(await asked(controller, pe1), 'POLICY intent "launch": no MED is set (release of 12.4)')

    const asa = controller.grasp.agent('reader')
    asa.register(intentStatus)
    const status = await asa.synchronize(intentStatus, { to: locatorOf(pe1), timeoutMs: 10_000 })
    assert.deepEqual(
      status.reports.map(({ name, state }) => [name, state]),
      [
        ['launch', 'active'],
        ['far', 'received'],
      ],
    )
    assert.deepEqual([status.epoch, status.standing, status.counts.active], [1, 'holds', 1])

    // A neighbour is let in for intents alone, and believed nothing that the owner has not signed.
    await eventually('pe-2 is a neighbour of pe-3', () => pe3.agent.connected().length > 0)
    assert.match((await asked(pe3, pe2))!, /^UNTRUSTED only the controller of this device negotiates/)
    const liar = pe3.grasp.agent('intents')
    liar.register(intentOffer)
    const header = { node: 'pe-3', epoch: 1, sequence: 1 }
    const lie = { header, owner: freeze.owner, rotations: 0, epoch: 99, hash: new Uint8Array(32) }
    liar.publish(intentOffer, { ...lie, document: freeze.jws.replace(/.{8}$/, 'AAAAAAAA') })
    for (let times = 0; times < 20; times++) liar.flood(intentOffer, lie, { ttlMs: 60_000 })
    spread.close()
    assert.equal((await intentsOf('pe-2')).hash, freeze.hash)
  })

  test('pass a newer set on to each other while the controller is away', async (t) => {
    const pe4 = await member(honestSeeds, [pe2])
    t.after(() => pe4.close())
    const spread = new IntentSpread({ grasp: pe4.grasp, node: 'pe-4', holder: holder(pinned) })
    for (const name of ['pe-2', 'pe-1']) await has(name, ({ hash }) => hash === pinned.hash)
    spread.close()
  })

  test('know it after kill -9 when nobody else is there, and have what they refused in their record', async () => {
    await Promise.all(['pe-1', 'pe-2'].map(kill))
    startDevice('pe-1', {
      by: 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH',
      neighbours: [pe2],
      listen: ['udp://127.0.0.1:0'],
    })
    const { standing, items } = await has('pe-1', ({ hash, items: all }) => hash === pinned.hash && all.length === 1)
    assert.deepEqual([standing, items[0]?.name, items[0]?.state], ['holds', 'voice', 'active'])
    const check = new RecordCheck({}, identityCrypto)
    const lines = readFileSync(join(homeOf('pe-1'), 'agent-record.jsonl'), 'utf8')
      .trim()
      .split('\n')
    for (const line of lines) check.take(line)
    assert.equal(check.end().type, 'whole')
    const deeds = lines
      .slice(1)
      .map((line) => JSON.parse(line) as { event: string; subject: string; fields: { from?: string } })
    assert.deepEqual(
      deeds.map(({ event, subject }) => `${event} ${subject}`),
      [`intents.taken ${freeze.owner}`, 'intent.refused launch', `intents.taken ${freeze.owner}`],
    )
    assert.equal(deeds[2]?.fields.from, pe2)
    await kill('pe-1')
  })
})

test('whenever it is killed, a device knows every set that it went by, whole', async () => {
  const path = join(folder, 'killed-intents.jws')
  let last = 0
  for (let round = 0; round < 2; round++) {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../fixtures/intent-taker.ts'), path])
    let told = ''
    child.stdout.on('data', (part: Buffer) => (told += part.toString()))
    await eventually('some sets are taken', () => told.split('\n').length > 20 + round * 7)
    child.kill('SIGKILL')
    await once(child, 'close')
    const newest = new NewestIntents({ owner: owner.identity.id, path, report: assert.fail })
    const said = Number(told.trimEnd().split('\n').at(-1))
    assert.ok(said > last, 'it went on from where the one before was')
    // It may have been written down, and the process killed before it could say so.
    assert.ok(
      newest.set !== undefined && [said, said + 1].includes(newest.set.epoch),
      `${newest.set?.epoch} after ${said}`,
    )
    last = said
  }
})
