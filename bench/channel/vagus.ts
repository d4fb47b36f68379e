/** Agents of @vagus/agent: over UDP, and for bulk over TCP, as `connect` chooses by itself with both addresses. */
import { type Agent, type Connection, type Lookup, openAgent } from '@vagus/agent'
import { beginKeyLog, signDocument } from '@vagus/identity'
import { dhKeyOf, identityCrypto, newKemKey, randomOctets, signerOf } from '@vagus/transport'
import type { BenchPeer } from './peer.ts'

/** Agents of the two sides for the measure of memory, each with connections to those of the other side. */
const atRest = { serving: 34, connecting: 48 } as const

interface Target {
  /** Of each agent that serves. One connects to the first, connections at rest to all. */
  readonly documents: readonly string[]
}

function newIdentity(addresses: readonly string[]) {
  const signer = signerOf(randomOctets(32))
  const key = dhKeyOf(randomOctets(32))
  const log = beginKeyLog(signer, signerOf(randomOctets(32)).publicKey, identityCrypto)
  const iat = Math.floor(Date.now() / 1000)
  const locators = addresses.length === 0 ? [] : [{ network: 'lan', sequence: 1, addresses, exp: iat + 3600 }]
  const sign = (epoch: number, places: typeof locators): string => {
    const keys = { x25519: key.publicKey, mlKem768: newKemKey().publicKey }
    const draft = { epoch, iat, exp: iat + 3600, organisation: 0, role: 'bench', skills: [], keys, locators: places }
    const signed = signDocument(draft, log, signer, identityCrypto)
    if (signed.type === 'refused') throw new Error(signed.because.problem)
    return signed.identity.document
  }
  return { identity: { document: sign(1, locators), rootDocument: '', delegations: [], static: key, signer }, sign }
}

/** What the look-up knows, by name: as long as those that people give. */
const listed = new Map<string, string>()
const lookup: Lookup = {
  find(name) {
    const document = listed.get(name)
    return Promise.resolve(document === undefined ? [] : [{ document }])
  },
}
/** Lanes that have a ticket. */
const warm = new Set<string>()
const agents = new Map<string, Promise<Agent>>()

export const peer: BenchPeer = {
  async serve(onStream) {
    const documents = Array.from({ length: atRest.serving }, () => newServer(onStream))
    return { target: { documents: await Promise.all(documents) } }
  },
  async connect(target, how, lane) {
    // One identity has one connection with another.
    const name = how === 'idle' ? `idle ${lane % atRest.connecting}` : `${how} ${lane}`
    const { documents } = target as Target
    const index = how === 'idle' ? Math.floor(lane / atRest.connecting) % atRest.serving : 0
    const server = `server-${index}`
    listed.set(server, documents[index]!)
    const agent =
      agents.get(name) ??
      openAgent({
        identity: newIdentity([]).identity,
        lookup,
        resumption: how === 'resumed' ? 'tickets' : 'never',
      })
    agents.set(name, agent)
    const connection: Connection = await (await agent).connect(server)
    if (how === 'resumed' && !warm.has(name)) {
      warm.add(name)
      await new Promise((resolve) => setTimeout(resolve, 300)) // the first ticket arrives
    }
    const open = (trafficClass: 'call' | 'control' | 'bulk') =>
      connection.openStream({ protocol: 'bench', class: trafficClass })
    const stream = open(how === 'bulk' ? 'bulk' : 'call')
    if (how === 'bulk') await untilTcp(connection)
    return { stream, open, close: () => void connection.close() }
  },
}

/** An agent that serves, by its document. */
async function newServer(onStream: Parameters<BenchPeer['serve']>[0]): Promise<string> {
  const { identity, sign } = newIdentity([])
  const nobody: Lookup = { find: () => Promise.resolve([]) }
  const listen = ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0']
  const agent = await openAgent({ identity, lookup: nobody, listen })
  const [udp, tcp] = agent.addresses()
  const exp = Math.floor(Date.now() / 1000) + 3600
  const at = (addresses: readonly string[], epoch: number): string =>
    sign(epoch, [{ network: 'lan', sequence: epoch, addresses: [...addresses], exp }])
  void accept(agent, onStream)
  const both = at([udp!, tcp!], 2)
  agent.renew({ ...identity, document: both })
  return both
}

async function accept(agent: Agent, onStream: Parameters<BenchPeer['serve']>[0]): Promise<void> {
  for await (const connection of agent.connections()) void streamsOf(connection, onStream)
}

async function streamsOf(connection: Connection, onStream: Parameters<BenchPeer['serve']>[0]): Promise<void> {
  for await (const { stream } of connection.streams('bench')) onStream(stream)
}

async function untilTcp(connection: Connection): Promise<void> {
  while (!connection.paths().some(({ kind, state }) => kind === 'tcp' && state === 'alive')) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
