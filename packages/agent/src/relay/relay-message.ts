/**
 * What agents and relays tell each other, over an ordinary session between the two. On a stream, one JSON object a
 * line:
 *
 *   agent → relay   { "do": "register" }                       be reachable here
 *                   { "do": "open", "handle": "…", "ask": 7 }  a circuit to whoever has that handle
 *                   { "do": "close", "circuit": 3 }
 *   relay → agent   { "registered": "…" }                      the own handle, for a locator
 *                   { "opened": 3, "ask": 7 } { "refused": "why", "ask": 7 }
 *                   { "incoming": 4 } { "closed": 4 }
 *
 * and in datagrams the packets of the two agents, which the relay cannot read, in parts where they are too long:
 *
 *   4 circuit  1 number of the packet, modulo 256  1 part (4 bits) of how many (4 bits)  octets
 *
 * A circuit has another number on each side, new for each session, so that neither says who talks to whom.
 * @module
 */
import type { Duplex } from 'node:stream'

export const relayProtocol = 'relay/1'
/** Of datagrams from the relay, because each of two agents may be a relay of the other. */
export const relayedProtocol = 'relayed/1'
export const circuitHeaderOctets = 6
/** A packet goes in at most so many parts: enough for a handshake. */
export const maxParts = 15
const maxLineCharacters = 4096
/** Of what was told and not read yet; whoever lets more wait is no longer listened to. */
const maxUnreadOctets = 65_536
const handle = /^[\w-]{1,64}$/

export type ToRelay =
  | { readonly do: 'register' }
  | { readonly do: 'open'; readonly handle: string; readonly ask: number }
  | { readonly do: 'close'; readonly circuit: number }

export type FromRelay =
  | { readonly registered: string }
  | { readonly opened: number; readonly ask: number }
  | { readonly refused: string; readonly ask: number }
  | { readonly incoming: number }
  | { readonly closed: number }

export function tell(stream: Duplex, message: ToRelay | FromRelay): void {
  if (stream.writableLength > maxUnreadOctets) stream.destroy()
  if (stream.writable) stream.write(`${JSON.stringify(message)}\n`)
}

/** Objects of a stream, until it ends; ends it at a line that is none, or too long. */
export async function* linesOf(stream: Duplex): AsyncGenerator<Readonly<Record<string, unknown>>> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      const value = objectOf(line)
      if (value === undefined) {
        stream.destroy()
        return
      }
      yield value
    }
    if (rest.length > maxLineCharacters) {
      stream.destroy()
      return
    }
  }
}

function objectOf(line: string): Readonly<Record<string, unknown>> | undefined {
  if (line.length > maxLineCharacters) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}

/** Whether a relay may call an agent so. */
export const isHandle = (text: string): boolean => handle.test(text)

/** A locator address: the relay's id, and the handle of whoever is reached there. */
export function relayAddress(relay: string, handle: string): string {
  return `relay://${relay}/${handle}`
}

export interface RelayAddress {
  readonly relay: string
  readonly handle: string
  /** As it was written. */
  readonly text: string
}

export function parseRelayAddress(text: string): RelayAddress | undefined {
  const [, relay, name] = /^relay:\/\/([^/]{1,200})\/([^/]+)$/.exec(text) ?? []
  return relay === undefined || name === undefined || !isHandle(name) ? undefined : { relay, handle: name, text }
}
