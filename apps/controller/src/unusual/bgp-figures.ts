/** What the agents beside routers count of their BGP sessions, asked once a step at their control sockets. @module */
import { type BgpPeerList, bgpPeerListSchema, type Config } from '@vagus/api'
import { askAgent } from '../telemetry/ask-agent.ts'

export interface PeerFigures {
  readonly device: string
  readonly peer: string
  /** Of all families. */
  readonly prefixes: number
  /** Of the step; null in the first, and after the agent began anew. */
  readonly messages: number | null
  readonly resets: number | null
}

type Peer = BgpPeerList['items'][number]
type Counted = Pick<Peer, 'messagesIn' | 'flaps'>

/** Sessions of one agent that are read; further ones are left out. */
const maxPeers = 64

export class BgpFigures {
  #before = new Map<string, Counted>()

  /** Agents that do not answer are left out: nothing is known of their sessions. */
  async step({ devices }: Pick<Config, 'devices'>): Promise<readonly PeerFigures[]> {
    const answers = await Promise.all(
      devices.flatMap(({ name, agent }) => (agent === undefined ? [] : [peersAt(name, agent)])),
    )
    const counted = new Map<string, Counted>()
    const figures = answers.flat().map(({ device, peer }): PeerFigures => {
      const key = `${device} ${peer.name}`
      const before = this.#before.get(key)
      counted.set(key, peer)
      return {
        device,
        peer: peer.name,
        prefixes: Object.values(peer.received).reduce((sum, count) => sum + count, 0),
        messages: climb(before?.messagesIn, peer.messagesIn),
        resets: climb(before?.flaps, peer.flaps),
      }
    })
    this.#before = counted
    return figures
  }
}

const climb = (before: number | undefined, now: number): number | null =>
  before === undefined || now < before ? null : now - before

async function peersAt(device: string, socket: string): Promise<readonly { device: string; peer: Peer }[]> {
  try {
    const { status, body } = await askAgent(socket, '/v1/bgp/peers')
    if (status !== 200) return []
    const list = bgpPeerListSchema.safeParse(JSON.parse(body))
    return list.success ? list.data.items.slice(0, maxPeers).map((peer) => ({ device, peer })) : []
  } catch {
    return [] // `vagus device ls` says why it does not answer
  }
}
