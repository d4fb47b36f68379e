/** Packets that somebody recorded on the wire, sent again: from here, and in the name of who sent them. @module */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type HandshakeKind, kindOf } from '@vagus/channel'
import { openRawSocket } from '@vagus/linux'
import { type Recorded } from './record.ts'
import { udpOf } from '../segments.ts'

export interface Replay {
  /** IPv4 address of this host. */
  readonly source: string
  readonly packets: readonly Recorded[]
  /** How often each. */
  readonly times: number
}

export interface Replayed {
  readonly packets: number
  readonly sent: number
  readonly octetsSent: number
  /** To those from here, by the kind of message. */
  readonly answers: Readonly<Partial<Record<HandshakeKind | 'other', number>>>
  readonly octetsBack: number
}

const patience = 1000

export async function replay({ source, packets, times }: Replay): Promise<Replayed> {
  const answers = new Map<string, number>()
  let [octetsSent, octetsBack, sent] = [0, 0, 0]
  const socket = createSocket('udp4')
  socket.bind(0, source)
  await once(socket, 'listening')
  socket.on('message', (message) => {
    const kind = kindOf(message) ?? 'other'
    answers.set(kind, (answers.get(kind) ?? 0) + 1)
    octetsBack += message.length
  })
  for (const { from, fromPort, to, toPort, payload } of packets) {
    const octets = Buffer.from(payload, 'base64')
    const forged = openRawSocket({ protocol: 'udp', source: from, destination: to, sender: 'any' })
    for (let time = 0; time < times; time++) {
      socket.send(octets, toPort, to, () => {})
      forged.send(udpOf(fromPort, toPort, octets))
      octetsSent += 2 * octets.length
      sent += 2
    }
    forged.close()
    await sleep(5)
  }
  await sleep(patience)
  socket.close()
  return { packets: packets.length, sent, octetsSent, answers: Object.fromEntries(answers), octetsBack }
}
