/**
 * What agents and relays tell each other, over an ordinary session between the two. On a stream, one JSON object per
 * line:
 *
 *   agent → relay   { "do": "register" }                       be reachable here
 *                   { "do": "open", "handle": "…", "ask": 7 }  a circuit to the agent with that handle
 *                   { "do": "close", "circuit": 3 }
 *   relay → agent   { "registered": "…" }                      the own handle, for a locator
 *                   { "opened": 3, "ask": 7 } { "refused": "why", "ask": 7 }
 *                   { "incoming": 4 } { "closed": 4 }
 *
 * and in datagrams the packets of the two agents, which the relay cannot read, split into parts if they are too long:
 *
 *   4 circuit  1 number of the packet, modulo 256  1 part (4 bits) of how many (4 bits)  octets
 *
 * A circuit has a different number on each side, new for each session, so that neither reveals who talks to whom.
 * @module
 */
import type { Duplex } from 'node:stream'

export const relayProtocol = 'relay/1'
/** The protocol of datagrams from the relay: a separate one, because two agents may be relays of each other. */
export const relayedProtocol = 'relayed/1'
export const circuitHeaderOctets = 6
/** Maximum parts of a packet: enough for a handshake. */
export const maxParts = 15
const maxLineCharacters = 4096
/** Maximum octets received and not read yet; a peer that exceeds it is no longer read. */
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

/** Objects of a stream, until it ends. Ends it at an invalid or too long line. */
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

/** Whether a relay may assign this handle. */
export const isHandle = (text: string): boolean => handle.test(text)

/** A locator address: the relay's id, and the handle of the agent that is reached there. */
export function relayAddress(relay: string, handle: string): string {
  return `${relayText(relay)}/${handle}`
}

/** As routes through it have it as `local`. */
export const relayText = (relay: string): string => `relay://${relay}`

export interface RelayAddress {
  readonly relay: string
  readonly handle: string
  /** The address as it was written. */
  readonly text: string
}

export function parseRelayAddress(text: string): RelayAddress | undefined {
  const [, relay, name] = /^relay:\/\/([^/]{1,200})\/([^/]+)$/.exec(text) ?? []
  return relay === undefined || name === undefined || !isHandle(name) ? undefined : { relay, handle: name, text }
}
