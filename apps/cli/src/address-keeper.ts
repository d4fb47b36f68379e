/** The process that keeps the address of an agent of this host, asked at its own socket. @module */
import type { AgentAddress } from '@vagus/sidecar/address'
import { controllerAddress } from './address.ts'
import { type Client, clientOf } from './client.ts'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import { durationText } from './format.ts'
import { homeOf, type Whose } from './keyring-options.ts'

type Asking = Whose & { readonly signal: AbortSignal }

/** @throws {Failure} where nothing keeps the address of that agent */
export async function keeperOf(call: Asking, name: string): Promise<Client> {
  const keeper = await keeperIfAny(call, name)
  if (keeper !== undefined) return keeper
  throw new Failure(
    exitCode.unreachable,
    `nothing keeps the address of ${name} on this host`,
    `vagus address attach ${name}`,
  )
}

/** `undefined`: nothing does. */
export async function keeperIfAny(call: Asking, name: string): Promise<Client | undefined> {
  const [{ addressSocket }, { existsSync }] = await Promise.all([import('@vagus/sidecar/address'), import('node:fs')])
  const path = addressSocket(await homeOf(call), name)
  return existsSync(path) ? clientOf(controllerAddress(`unix:${path}`), call.signal) : undefined
}

/** An edge is a device agent with `--mobile-links`. */
export const noEdgeText = (links: readonly string[]): string =>
  `no edge has answered yet; links that are up: ${links.join(', ') || 'none'}`

export function attachedText({ address, links, attached, now }: AgentAddress): string {
  if (address === null) return noEdgeText(links)
  if (attached === null) return `${address} is attached nowhere; links that are up: ${links.join(', ') || 'none'}`
  const left = (Date.parse(attached.until) - Date.parse(now)) / 1000
  return `${address} is attached to ${attached.edge} over ${attached.link}, renewed within ${durationText(left)}`
}
