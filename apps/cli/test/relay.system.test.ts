import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type Agent, type Lookup, openAgent } from '@vagus/agent'
import { Keyring } from '@vagus/keyring'
import { eventually } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { ended, launcher, start, vagus } from './started.ts'

let home: string
let keyring: Keyring
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vagus-relay-'))
  keyring = new Keyring(join(home, 'agents'))
})
const agents: Agent[] = []
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.close()))
  rmSync(home, { recursive: true, force: true })
})

/** By name or id, whoever is in the keyring now. */
const lookup: Lookup = {
  find: async (wanted) =>
    keyring
      .names()
      .map((name) => ({ name, ...keyring.open(name, Date.now()).identity }))
      .filter(({ name, id }) => name === wanted || id === wanted),
}

const nameOf = (file: string): string => readFileSync(file, 'utf8').trim()

/** An agent that listens nowhere. */
async function opened(name: string, relays: readonly string[]): Promise<Agent> {
  const draft = { role: name, skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 3600 }
  const { identity, dhKey, signer } = keyring.create(name, draft, Date.now())
  const own = { document: identity.document, rootDocument: '', delegations: [], static: dhKey, signer }
  const agent = await openAgent({ identity: own, lookup, relays })
  agents.push(agent)
  const exp = Math.floor(Date.now() / 1000) + 3600
  const addresses = agent.addresses()
  if (addresses.length > 0)
    keyring.renew(name, { locators: [{ network: 'relay', sequence: 1, addresses, exp }] }, Date.now())
  return agent
}

test('vagus relay carries what agents that listen nowhere say to each other, and says at its end how much', async () => {
  const environment = { VAGUS_HOME: home }
  const relay = start(process.execPath, ['relay', '--listen', 'udp://127.0.0.1:0'], environment)
  const over = ended(relay)
  let says = ''
  relay.stderr!.on('data', (octets: Buffer) => (says += octets.toString()))
  await eventually('the relay says where it is', () => says.includes(' relays at '))
  assert.match(
    says,
    /^relay is new on this host: its keys are in \S+\ndid:key:\S+ relays at udp:\/\/127\.0\.0\.1:\d+\n$/,
  )
  const threads = readdirSync(`/proc/${relay.pid}/task`).map((id) => nameOf(`/proc/${relay.pid}/task/${id}/comm`))
  assert.equal(
    threads.filter((name) => name === 'V8Worker').length,
    Math.max(1, Math.min(4, availableParallelism() - 1)),
  )
  const server = await opened('server', ['relay'])
  assert.match(server.addresses().join(), /^relay:\/\/did:key:/)
  server.serve('echo', {
    async handle(exchange) {
      for await (const { octets } of exchange.messages()) await exchange.send(octets)
    },
  })
  const caller = await opened('caller', [])
  const exchange = await caller.call('server', { protocol: 'echo', head: new Uint8Array(0) })
  for (let number = 0; number < 20; number++) await exchange.send(Uint8Array.of(number))
  await exchange.end()
  const answers = await Array.fromAsync(exchange.messages(), ({ octets }) => octets[0])
  assert.deepEqual(
    answers,
    Array.from({ length: 20 }, (_, at) => at),
  )
  relay.kill('SIGTERM')
  const { exit, err } = await over
  assert.equal(exit, 0)
  const [, packets, dropped] = /(\d+) packets forwarded, (\d+) dropped\n$/.exec(err) ?? []
  assert.ok(Number(packets) >= 20 && dropped === '0', err)
})

test(
  'the document of a relay follows its addresses within five seconds, also at a controller',
  { skip: needs('netns'), timeout: 30_000 },
  async (t) => {
    const documents: string[] = []
    const controller = createServer((request, response) => {
      void Array.fromAsync(request).then((parts) => {
        documents.push(Buffer.concat(parts).toString())
        response.end('{"apiVersion":"vagus/v1"}')
      })
    }).listen(join(home, 'c.sock'))
    await once(controller, 'listening')
    t.after(() => controller.close())
    const environment = { VAGUS_HOME: home }
    assert.equal((await vagus(['id', 'new', 'relay'], environment)).exit, 0)
    const script = `ip link add d0 type veth peer name d1; ip link set d1 up; ip link set d0 up; ip addr add 192.0.2.1/24 dev d0
    "$@" & read line; ip addr flush dev d0; ip addr add 192.0.2.2/24 dev d0; read line; kill $!; wait`
    const words = ['relay', '--listen', 'udp://0.0.0.0:7602', '--controller', `unix:${join(home, 'c.sock')}`]
    const child = spawn('unshare', ['-Urn', 'sh', '-c', script, 'sh', process.execPath, launcher, ...words], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, ...environment },
    })
    const closed = once(child, 'close')
    t.after(async () => {
      child.stdin.end('\n\n')
      await closed
    })
    const [says] = (await once(child.stderr, 'data')) as [Buffer]
    assert.match(says.toString(), /relays at udp:\/\/192\.0\.2\.1:7602\n$/)
    const addresses = (): readonly string[] =>
      keyring.open('relay', Date.now()).identity.locators.flatMap((each) => each.addresses)
    const isPublished = (): boolean => documents.at(-1) === keyring.open('relay', Date.now()).identity.document
    assert.deepEqual([addresses(), isPublished()], [['udp://192.0.2.1:7602'], true])
    child.stdin.write('\n')
    await eventually('the new one is told', () => addresses().join() === 'udp://192.0.2.2:7602' && isPublished())
  },
)
