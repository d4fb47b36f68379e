/** A handshake that this agent begins, over one route: sends until something comes back. @module */
import { connectionIdOctets, type Established, Initiator, type Suite } from '@vagus/channel'
import { channelCrypto, type HostRoute, randomOctets } from '@vagus/transport'
import { AgentError } from './errors.ts'
import { sendMessage } from './incoming-handshakes.ts'
import type { OwnSide } from './own-side.ts'

/** Milliseconds until a datagram that nothing came back for is sent again, doubled each time. */
const firstPatience = 250
const maxPatience = 2000

/** Handshakes under way, by connection id: where answers go. */
export type Awaiting = Map<string, (message: Uint8Array) => void>

/** @throws {AgentError} `refused` when the other side speaks no suite of ours; the reason of `signal` */
export function shakeHands(
  own: OwnSide,
  route: HostRoute,
  remoteStatic: Uint8Array,
  awaiting: Awaiting,
  signal: AbortSignal,
): Promise<Established> {
  return new Promise((resolve, reject) => {
    let stop = (): void => undefined
    const begin = (suite?: Suite): void => {
      const connectionId = randomOctets(connectionIdOctets)
      const name = Buffer.from(connectionId).toString('latin1')
      const initiator = new Initiator({
        crypto: channelCrypto,
        static: own.identity.static,
        ephemeral: own.keys.dhKey(),
        kem: own.keys.kemKey(),
        connectionId,
        suites: own.suites,
        ...(suite === undefined ? {} : { suite }),
        remoteStatic,
        context: new Uint8Array(0),
        payload: own.digest,
      })
      let message = initiator.hello
      let patience = firstPatience
      let timer: NodeJS.Timeout | undefined
      const send = (): void => {
        sendMessage(route, message)
        if (route.kind !== 'datagram') return
        timer = setTimeout(send, patience)
        patience = Math.min(patience * 2, maxPatience)
      }
      stop = (): void => {
        clearTimeout(timer)
        awaiting.delete(name)
        signal.removeEventListener('abort', aborted)
      }
      const aborted = (): void => {
        stop()
        reject(signal.reason as Error)
      }
      awaiting.set(name, (answer) => {
        const outcome = initiator.receive(answer)
        if (outcome.type === 'refused') return // forged; the right one may still come
        clearTimeout(timer)
        if (outcome.type === 'send') {
          message = outcome.send
          send()
        } else if (outcome.type === 'established') {
          stop()
          resolve(outcome.session)
        } else if (suite === undefined) {
          stop()
          begin(outcome.suite)
        } else {
          stop()
          reject(new AgentError('refused', 'the other side speaks none of our suites'))
        }
      })
      signal.addEventListener('abort', aborted)
      if (signal.aborted) aborted()
      else send()
    }
    begin()
  })
}
