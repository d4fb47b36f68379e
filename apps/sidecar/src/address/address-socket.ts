/**
 * Where other programs of this host ask for its moving address, and announce moves: HTTP over a Unix socket that only its
 * user may open.
 *
 *   GET  /v1/address   where it is attached
 *   POST /v1/address   { "to": "eth1" }: attach over that link
 * @module
 */
import { once } from 'node:events'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { apiVersion } from '@vagus/api'
import type { AddressKeeper, AddressStatus } from './keep-address.ts'

const { createServer } = process.getBuiltinModule('node:http')

/** A move is one word. */
const maxOctets = 1024

/** What the socket answers. */
export interface AgentAddress extends Omit<AddressStatus, 'attached'> {
  readonly apiVersion: typeof apiVersion
  readonly kind: 'AgentAddress'
  readonly now: string
  readonly attached: (Omit<NonNullable<AddressStatus['attached']>, 'until'> & { readonly until: string }) | null
}

/** Below the folder of the state of this host. */
export const addressSocket = (home: string, agent: string): string => join(home, 'addresses', `${agent}.sock`)

/** Whether a process keeps the address whose socket that is. */
export function isKept(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** A socket that is left from before is replaced. Returns what ends it. @throws {Error} of the system */
export async function serveAddress(path: string, keeper: Pick<AddressKeeper, 'status' | 'move'>): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  rmSync(path, { force: true })
  const server = createServer((request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': status === 200 ? 'application/json' : 'application/problem+json' })
      response.end(JSON.stringify(body))
    }
    const refuse = (status: number, detail: string): void =>
      answer(status, { type: 'about:blank', title: detail, status, detail })
    asked(request, keeper)
      .then((found) =>
        found === undefined ? refuse(404, `there is no ${request.method} ${request.url}`) : answer(200, found),
      )
      .catch((error: Error) => refuse(400, error.message))
  })
  server.listen(path)
  await once(server, 'listening')
  chmodSync(path, 0o600)
  return () => {
    server.close()
    server.closeAllConnections()
  }
}

async function asked(
  request: IncomingMessage,
  keeper: Pick<AddressKeeper, 'status' | 'move'>,
): Promise<AgentAddress | undefined> {
  if (request.url !== '/v1/address') return undefined
  if (request.method === 'POST') keeper.move(linkIn(await bodyOf(request)))
  else if (request.method !== 'GET') return undefined
  const { attached, ...status } = keeper.status()
  return {
    apiVersion,
    kind: 'AgentAddress',
    now: new Date().toISOString(),
    ...status,
    attached: attached && { ...attached, until: new Date(attached.until).toISOString() },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += part
    if (text.length > maxOctets) throw new RangeError(`a move has at most ${maxOctets} octets`)
  }
  return text
}

/** @throws {RangeError} */
function linkIn(text: string): string {
  try {
    const { to } = JSON.parse(text) as { readonly to?: unknown }
    if (typeof to === 'string') return to
  } catch {} // said below
  throw new RangeError('a move is { "to": "eth1" }, with an interface of this host')
}
