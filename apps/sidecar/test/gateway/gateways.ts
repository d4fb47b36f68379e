/** A gateway before agents on a virtual network, its issuer, and tokens of that. */
import { request as httpRequest } from 'node:http'
import { outsideGatewayRole } from '@vagus/access'
import { Issuer } from '@vagus/bearer'
import type { Roster } from '@vagus/identity'
import { issuerName, makeKey, sign, TestIssuer } from '../../../../packages/bearer/test/issuer-at.ts'
import type { GatewayOptions } from '../../src/gateway/gateway.ts'
import { Fleet } from '../../src/roster/fleet.ts'
import { sidecar } from '../sidecars.ts'
import type { VirtualNetwork } from '../virtual-network.ts'
import { freePort } from '../../../../scripts/free-port.ts'

export const publicUrl = 'https://agents.example.com'
const key = await makeKey('k1')

/** A token of Alice for the agent `calc`, but for what `claims` say otherwise. */
export function tokenOf(claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const seconds = Math.floor(Date.now() / 1000)
  const usual = { sub: 'alice', aud: `${publicUrl}/agents/calc`, scope: 'read', iat: seconds, exp: seconds + 300 }
  return sign(key, { ...usual, ...claims }, { typ: 'at+jwt' })
}

export const newIssuer = (): Issuer => new Issuer({ issuer: issuerName, fetch: new TestIssuer([key]).fetch })
export { issuerName }

/** The fleet as agent `own` sees it; each name is a member, with these roles. */
export function fleetOf(own: string, policies: string, members: Readonly<Record<string, readonly string[]>>): Fleet {
  const fleet = new Fleet('did:key:owner', `did:key:${own}`)
  const roster: Roster = {
    owner: 'did:key:owner',
    keyLog: [],
    epoch: 1,
    issuedAt: 0,
    expiresAt: Infinity,
    members: Object.entries(members).map(([name, roles]) => ({ id: `did:key:${name}`, name, roles })),
    policies,
    jws: '',
  }
  fleet.take(roster)
  return fleet
}

export const doorRole = outsideGatewayRole

/** @returns where it listens in truth; callers know it as `publicUrl` */
export async function gatewayOn(
  network: VirtualNetwork,
  more: Partial<GatewayOptions> = {},
): Promise<{ readonly port: number; readonly told: string[]; metrics(): string; close(): Promise<void> }> {
  const port = await freePort()
  const told: string[] = []
  const gateway: GatewayOptions = {
    host: '127.0.0.1',
    port,
    publicUrl,
    published: new Map([
      ['calc', 'calc'],
      ['writer', 'writer'],
    ]),
    lists: 'nothing',
    origins: [],
    webhooks: [],
    issuer: newIssuer(),
    scopes: [],
    groupsClaim: 'groups',
    limits: { atOnce: 8, streams: 2, rate: 1000 },
    maxOctets: 65_536,
    report: (line) => void told.push(line),
    ...more,
  }
  const side = await sidecar(network, 'door', { gateway, counts: 'calls and sessions' })
  return { port, told, metrics: () => JSON.stringify(side.metrics()), close: () => side.close() }
}

export interface Answered {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
}

/** One request whose target and fields go out as they are written. */
export function ask(
  port: number,
  target: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Readonly<Record<string, string | string[]>>; body?: string } = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      port,
      host: '127.0.0.1',
      path: target,
      method,
      headers: { host: 'agents.example.com', ...headers },
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }))
      response.on('error', reject)
    })
    sent.end(body)
  })
}
