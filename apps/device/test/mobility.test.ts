import assert from 'node:assert/strict'
import { createSocket, type RemoteInfo } from 'node:dgram'
import { describe, test } from 'node:test'
import { formatAddress, parseAddress } from '@vagus/address'
import { agentIdOf, agentTag, beginKeyLog } from '@vagus/identity'
import {
  addressInBlock,
  type Attached,
  type Answer,
  decodeMobility,
  encodeMobility,
  mobileBlock,
  type Offer,
  signAttachment,
  standingCommunity,
} from '@vagus/mobility'
import type { Announcement, Withdrawal } from '@vagus/speaker'
import { identityCrypto, signerOf } from '@vagus/transport'
import type { MobileLink, MobileLinkListener } from '../src/mobility/mobile-link.ts'
import { mobilityAllowed } from '../src/mobility/mobile-options.ts'
import { Mobility } from '../src/mobility/mobility.ts'

const block = 'fd00:77::/48'
const hostHop = '2001:db8:1::2'
const hostLocal = 'fe80::2'

interface Agent {
  readonly id: string
  readonly address: string
  readonly sign: (changes?: Partial<Parameters<typeof signAttachment>[0]>) => ReturnType<typeof signAttachment>
}

function agentOf(seed: number): Agent {
  const signer = signerOf(new Uint8Array(32).fill(seed))
  const log = beginKeyLog(signer, signerOf(new Uint8Array(32).fill(seed + 100)).publicKey, identityCrypto)
  const id = agentIdOf(signer.publicKey)
  const statement = { organisation: 0, nextHop: parseAddress(hostHop), sequence: 7, lifetime: 30_000, edge: 'pe-1' }
  return {
    id,
    address: formatAddress(addressInBlock(mobileBlock(block), agentTag(id, 0) as string)),
    sign: (changes = {}) => signAttachment({ ...statement, challenge: new Uint8Array(16), ...changes }, log, signer),
  }
}

const robot = agentOf(1)
const stranger = agentOf(2)

/** One edge whose link, router and clock are here. */
function edgeHere({
  agents = [robot.id],
  obstacle = (): string | undefined => undefined,
  kept = [] as readonly Attached[],
} = {}) {
  const done: string[] = []
  const announced: Announcement[] = []
  const deeds: string[] = []
  const written: (readonly Attached[])[] = []
  const sent: { readonly octets: Uint8Array; readonly to: string }[] = []
  let now = 1_000_000
  let listener: MobileLinkListener['onDatagram'] | undefined
  const link: MobileLink = {
    name: 'access',
    index: 3,
    address: 'fe80::1',
    send: (octets, to) => void sent.push({ octets, to }),
    close: () => undefined,
  }
  const mobility = new Mobility({
    name: 'pe-1',
    options: mobilityAllowed({ block, links: ['access'], agents }),
    speaker: {
      announce: async (_, routes) => {
        announced.push(routes)
        done.push(`announce ${(routes as Extract<Announcement, { prefixes: unknown }>).prefixes.join()}`)
      },
      withdraw: async (_, routes) =>
        void done.push(`withdraw ${(routes as Extract<Withdrawal, { prefixes: unknown }>).prefixes.join()}`),
    },
    peer: 'router',
    bgpIdentifier: 0x0b00_0001,
    obstacle,
    store: { read: () => kept, write: (all) => void written.push(all) },
    openLinks: (onDatagram) => {
      listener = onDatagram
      return { open: ['access'], nameOf: () => 'access', close: () => undefined }
    },
    addresses: () => ({
      access: [
        { address: '2001:db8:1::1', cidr: '2001:db8:1::1/64' },
        { address: 'fe80::1', cidr: 'fe80::1/64' },
      ],
      core: [{ address: 'fd00:a:1::2', cidr: 'fd00:a:1::2/64' }],
    }),
    now: () => now,
    report: () => undefined,
    tell: ({ event, by }) => void deeds.push(`${event} by ${by.kind}`),
  })
  const give = (octets: Uint8Array, from = `${hostLocal}%access`, port = 5000, over = link): void =>
    listener!(over, octets, { address: from, port, family: 'IPv6', size: octets.length } satisfies RemoteInfo)
  /** The offer that a next hop gets; undefined: none was sent. */
  const offerTo = (agent: Agent, nextHop = hostHop, from?: string): (Offer & { readonly to: string }) | undefined => {
    const before = sent.length
    give(encodeMobility({ type: 'solicit', id: agent.id, nextHop: parseAddress(nextHop) }), from)
    const answer = sent[before]
    if (answer === undefined) return undefined
    const message = decodeMobility(answer.octets)
    assert.ok(message.type === 'offer')
    return { ...message, to: answer.to }
  }
  const answerTo = async (signed: ReturnType<Agent['sign']>, from?: string): Promise<Answer | undefined> => {
    const before = sent.length
    give(encodeMobility({ type: 'attach', ...signed }), from)
    await new Promise(setImmediate)
    const answer = sent[before]
    if (answer === undefined) return undefined
    const message = decodeMobility(answer.octets)
    assert.ok(message.type === 'answer')
    return message
  }
  const attach = (agent: Agent, changes: Parameters<Agent['sign']>[0] = {}): Promise<Answer | undefined> =>
    answerTo(agent.sign({ challenge: offerTo(agent)!.challenge, ...changes }))
  const pass = (ms: number): void => void (now += ms)
  return { mobility, link, done, announced, deeds, written, sent, give, offerTo, answerTo, attach, pass }
}

const codeOf = (answer: Answer | undefined): string =>
  answer === undefined ? 'silence' : answer.state === 'refused' ? answer.refusal.code : answer.state

describe('an edge beside a router', () => {
  test('writes down renewals together, with the next look, and before it ends', async () => {
    const edge = edgeHere()
    assert.equal(codeOf(await edge.attach(robot)), 'attached')
    assert.equal(edge.written.length, 1)
    for (let count = 0; count < 50; count++) assert.equal(codeOf(await edge.attach(robot)), 'attached')
    assert.equal(edge.written.length, 1)
    edge.mobility.expire()
    edge.mobility.expire()
    assert.equal(edge.written.length, 2)
    await edge.attach(robot)
    edge.mobility.close()
    assert.equal(edge.written.length, 3)
  })

  test('survives a datagram from port 0, to which no socket can answer', () => {
    const edge = edgeHere()
    const socket = createSocket('udp6')
    const send = (octets: Uint8Array, _: string, port: number): void => socket.send(octets, port, '::1')
    const solicit = encodeMobility({ type: 'solicit', id: robot.id, nextHop: parseAddress(hostHop) })
    try {
      edge.give(solicit, undefined, 0, { ...edge.link, send })
    } finally {
      socket.close()
    }
  })

  test('announces one host route for who attaches, with NO_EXPORT, its number, and the host as next hop', async () => {
    const edge = edgeHere()
    assert.equal(codeOf(await edge.attach(robot)), 'attached')
    assert.deepEqual(edge.done, [`announce ${robot.address}/128`])
    const [route] = edge.announced
    assert.ok(route !== undefined && 'prefixes' in route)
    const { localPref, communities, extendedCommunities } = route.attributes!
    assert.deepEqual([localPref, communities], [7, [0xffff_ff01]])
    assert.equal(extendedCommunities![0]! >> 48n, 0x8f4dn)
    assert.equal(formatAddress(route.nextHop6!), hostHop)
    assert.deepEqual([edge.deeds, edge.written.length], [['address.attached by agent'], 1])
    const { attached } = edge.mobility.status()
    assert.deepEqual(
      attached.map((one) => [one.address, one.id, one.nextHop]),
      [[robot.address, robot.id, hostHop]],
    )
  })

  test('sends the challenge to the next hop alone, and only where that is a host on the link', () => {
    const edge = edgeHere()
    assert.equal(edge.offerTo(robot)?.to, hostHop)
    for (const nextHop of ['2001:db8:2::2', 'fe80::2', '2001:db8:1::1', 'fd00:a:1::1', '::1'])
      assert.equal(edge.offerTo(robot, nextHop), undefined, nextHop)
    assert.equal(edge.offerTo(robot, hostHop, '2001:db8:1::2'), undefined, 'not from a link-local address')
  })

  test('withdraws when a newer attachment is heard of, when the lease ends, and when the host detaches', async () => {
    const heard = (sequence: number) => [
      {
        prefix: `${robot.address}/128`,
        paths: [{ attributes: { extendedCommunities: [standingCommunity({ sequence, edge: 9 })] } }],
      },
    ]
    const moved = edgeHere()
    await moved.attach(robot)
    moved.mobility.receive(heard(6))
    assert.equal(moved.done.length, 1)
    moved.mobility.receive(heard(8))
    assert.equal(moved.done.length, 1, 'the old link is drained first')
    moved.pass(200)
    moved.mobility.expire()
    assert.deepEqual(moved.done.at(-1), `withdraw ${robot.address}/128`)
    const lapsed = edgeHere()
    await lapsed.attach(robot)
    lapsed.pass(30_000)
    lapsed.mobility.expire()
    const left = edgeHere()
    await left.attach(robot)
    assert.equal(codeOf(await left.attach(robot, { lifetime: 0 })), 'detached')
    await new Promise(setImmediate)
    assert.deepEqual(
      [moved, lapsed, left].map(({ deeds, done }) => [deeds.at(-1), done.length]),
      [
        ['address.moved by agent', 2],
        ['address.lapsed by agent', 2],
        ['address.detached by agent', 2],
      ],
    )
  })

  test('does not take its own route that comes back for that of another', async () => {
    const edge = edgeHere()
    await edge.attach(robot)
    const attributes = {
      originatorId: 0x0b00_0001,
      extendedCommunities: [standingCommunity({ sequence: 99, edge: 1 })],
    }
    edge.mobility.receive([{ prefix: `${robot.address}/128`, paths: [{ attributes }] }])
    assert.equal(edge.done.length, 1)
  })

  test('announces again after a restart what was attached, and nothing else', () => {
    const attached: Attached = {
      address: robot.address,
      id: robot.id,
      rotations: 0,
      sequence: 7,
      edge: 1,
      nextHop: parseAddress(hostHop),
      interface: 3,
      since: 990_000,
      until: 1_020_000,
    }
    const edge = edgeHere({ kept: [attached, { ...attached, address: 'fd00:77::9', until: 1_000_000 }] })
    assert.deepEqual(edge.done, [`announce ${robot.address}/128`])
  })

  test('attaches nobody while the router would not take the route, and says what would help', async () => {
    const edge = edgeHere({ obstacle: () => 'the policy is absent; "vagus device policy pe-1 --apply"' })
    const answer = await edge.attach(robot)
    assert.ok(answer?.state === 'refused')
    assert.deepEqual([answer.refusal.code, answer.refusal.problem], ['unavailable', edge.mobility.status().problem])
    assert.deepEqual(edge.done, [])
  })
})

describe('an edge refuses', () => {
  test('a challenge that was not sent, or to another agent, next hop or long ago', async () => {
    const edge = edgeHere({ agents: [robot.id, stranger.id] })
    assert.equal(codeOf(await edge.answerTo(robot.sign())), 'challenge')
    const { challenge } = edge.offerTo(robot)!
    assert.equal(codeOf(await edge.answerTo(stranger.sign({ challenge }))), 'challenge')
    assert.equal(
      codeOf(await edge.answerTo(robot.sign({ challenge, nextHop: parseAddress('2001:db8:1::3') }))),
      'challenge',
    )
    assert.equal(codeOf(await edge.answerTo(robot.sign({ challenge, edge: 'pe-2' }))), 'challenge')
    edge.pass(90_000)
    assert.equal(codeOf(await edge.answerTo(robot.sign({ challenge }))), 'challenge')
    assert.deepEqual(edge.done, [])
  })

  test('an attachment that was recorded and is sent again once the address has moved on', async () => {
    const edge = edgeHere()
    const recorded = robot.sign({ challenge: edge.offerTo(robot)!.challenge })
    assert.equal(codeOf(await edge.answerTo(recorded)), 'attached')
    assert.equal(codeOf(await edge.attach(robot, { sequence: 8 })), 'attached')
    assert.equal(codeOf(await edge.answerTo(recorded)), 'superseded')
    assert.equal(codeOf(await edge.attach(robot, { sequence: 8, lifetime: 0 })), 'detached')
    assert.equal(codeOf(await edge.answerTo(recorded)), 'superseded')
    assert.equal(edge.done.length, 3)
  })

  test('who is not admitted, and what another key signed', async () => {
    const edge = edgeHere()
    assert.equal(codeOf(await edge.attach(stranger)), 'not-admitted')
    const { challenge } = edge.offerTo(robot)!
    const forged = { log: robot.sign().log, statement: stranger.sign({ challenge }).statement }
    assert.equal(codeOf(await edge.answerTo(forged)), 'signature')
    assert.deepEqual(edge.done, [])
  })

  test('to look at more than a link may say, whoever sends it, and at what it cannot read', async () => {
    const edge = edgeHere()
    edge.give(Uint8Array.of(0xff))
    assert.equal(edge.mobility.status().unreadable, 1)
    for (let count = 0; count < 500; count++) edge.give(Uint8Array.of(0xff))
    assert.equal(edge.mobility.status().dropped, 301)
    assert.equal(edge.offerTo(robot), undefined)
    edge.pass(1000)
    assert.equal(codeOf(await edge.attach(robot)), 'attached')
  })
})
