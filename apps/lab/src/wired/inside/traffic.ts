/** The programs that send and receive, which know nothing of moves. @module */
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NodeName } from '../network.ts'
import type { Sent, Sunk } from '../packets.ts'
import type { Place } from './place.ts'

export interface Stream {
  /** Ends the source, waits for what is on its way, and ends the sink. */
  readonly end: () => Promise<{ readonly sent: Sent; readonly sunk: Sunk }>
}

/** Milliseconds for what is on its way: the longest wait of a TCP that was stalled for one move. */
const late = 2000

const program = (name: 'source' | 'sink'): readonly string[] => [
  process.execPath,
  resolve(import.meta.dirname, '..', name, 'main.ts'),
]

/** From the server to the address on `node`. Settles when there is a connection. */
export async function startStream(place: Place, node: NodeName, address: string): Promise<Stream> {
  const sink = await place.startTalking(node, [...program('sink'), address])
  const source = await place.startTalking('server', [...program('source'), address])
  const end = async <Said>(child: typeof sink): Promise<Said> => {
    const said = text(child.stdout)
    child.stdin.end('end\n')
    await once(child, 'exit')
    return JSON.parse((await said).trim().split('\n').at(-1)!) as Said
  }
  return {
    async end() {
      const sent = await end<Sent>(source)
      await sleep(late)
      return { sent, sunk: await end<Sunk>(sink) }
    },
  }
}
