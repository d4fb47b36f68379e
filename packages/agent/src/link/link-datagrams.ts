/** The datagrams of a link: sent by service, queued by protocol until somebody takes them. @module */
import { AsyncQueue } from '../async-queue.ts'
import type { IncomingDatagram } from '../connection.ts'
import type { Service } from '../service.ts'
import { clock } from './clock.ts'
import { maxWaitingDatagrams } from './link-limits.ts'
import { QueuesByProtocol } from './queues-by-protocol.ts'
import { datagramWith, readDatagram } from './service-header.ts'
import type { SessionRunner } from './session-runner.ts'
import { treatmentOf } from './treatment.ts'

const newQueue = (): AsyncQueue<IncomingDatagram> => new AsyncQueue(maxWaitingDatagrams, 'drop the oldest')

export class LinkDatagrams {
  readonly #runner: SessionRunner
  readonly #arrived = new QueuesByProtocol(newQueue)

  constructor(runner: SessionRunner) {
    this.#runner = runner
  }

  /** `false` if the session does not take it. @param service `deadline`: milliseconds after which it is not worth sending */
  send(octets: Uint8Array, service: Service & { readonly deadline?: number }): boolean {
    const { class: trafficClass = 'call', deadline = Infinity } = service
    const treatment = { ...treatmentOf(trafficClass, 0), deadline: clock() + deadline }
    const taken = this.#runner.session.sendDatagram(datagramWith(service, octets), treatment)
    this.#runner.wake()
    return taken
  }

  arrived(whole: Uint8Array): void {
    const datagram = readDatagram(whole)
    if (datagram !== undefined) this.#arrived.of(datagram.protocol).push(datagram)
  }

  incoming(protocol: string): AsyncIterableIterator<IncomingDatagram, undefined> {
    return this.#arrived.of(protocol).iterate()
  }

  end(): void {
    this.#arrived.end()
  }
}
