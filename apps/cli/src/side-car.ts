/** The side-car of this host that a command asks. @module */
import type { ControllerAddress } from './address.ts'
import { type Client, clientOf } from './client.ts'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options } from './option.ts'

export const sideCarOption = {
  'side-car': {
    type: 'text',
    value: 'URL',
    description: 'side-car of the agent, as printed by "vagus run" (default: that of $VAGUS_AGENTS_URL)',
  },
} as const satisfies Options

/**
 * The URL before `/agents/`, `/move` and `/sessions`: `http://127.0.0.1:40000`, with `/t/TOKEN` if it needs one.
 * @param address with or without `/agents/` at its end @throws {Failure} usage
 */
export function sideCarOf(address: string | undefined): string {
  const url = URL.parse(address ?? '')
  if (url?.protocol === 'http:') return `${url.origin}${url.pathname.replace(/(\/agents)?\/?$/, '')}`
  const problem = address === undefined ? 'no side-car is named' : `"${address}" is not an address of a side-car`
  throw new Failure(exitCode.usage, problem, 'give --side-car http://127.0.0.1:PORT, as printed by "vagus run"')
}

/** A client for its resources; `pathOf('/sessions')` is the path of one. @param sideCar as `sideCarOf` returns it */
export function sideCarClient(
  sideCar: string,
  signal: AbortSignal,
): { readonly client: Client; readonly pathOf: (path: string) => string } {
  const { hostname, port, pathname } = new URL(sideCar)
  const place: ControllerAddress = {
    type: 'tcp',
    protocol: 'http:',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 80 : Number(port),
    base: '',
    text: `http://${hostname}:${port === '' ? 80 : port}`,
  }
  return { client: clientOf(place, signal, 'side-car'), pathOf: (path) => `${pathname.replace(/\/$/, '')}${path}` }
}
