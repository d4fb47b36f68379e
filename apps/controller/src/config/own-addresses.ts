/** Whether this host has the addresses that the configuration listens at; only a start can know. @module */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import type { Config } from '@vagus/api'
import { ConfigError, type ConfigProblem, type KeyPath, keyOf } from './config-error.ts'
import { parseFlowEndpoint, parseHttpEndpoint } from './endpoint.ts'
import type { LoadedConfig } from './load.ts'

/** Addresses of this host that a message names. */
const maxNamed = 6

/** @throws {ConfigError} with each address that is not ours */
export async function checkOwnAddresses({ config, origins }: Pick<LoadedConfig, 'config' | 'origins'>): Promise<void> {
  const problems: ConfigProblem[] = []
  for (const { path, key, address } of listened(config)) {
    if (await isOwn(address)) continue
    const source = origins.get(key) ?? 'defaults'
    const problem = `${address} is no address of this host; it has ${ownAddresses()}`
    problems.push({ key: keyOf(path), source, line: undefined, column: undefined, problem })
  }
  if (problems.length > 0) throw new ConfigError(problems)
}

interface Listened {
  readonly path: KeyPath
  /** Without the place in a list. */
  readonly key: string
  readonly address: string
}

function listened({ listen, flow, bgp, join }: Config): readonly Listened[] {
  const sections = { bgp: bgp?.listen, join: join?.listen }
  const http = parseHttpEndpoint(listen)
  return [
    ...(http.kind === 'unix' ? [] : [{ path: ['listen'], key: 'listen', address: http.address }]),
    ...flow.listen.map((text, index) => ({
      path: ['flow', 'listen', index],
      key: 'flow.listen',
      address: parseFlowEndpoint(text).address,
    })),
    ...Object.entries(sections).flatMap(([section, text]) =>
      text === undefined
        ? []
        : [{ path: [section, 'listen'], key: `${section}.listen`, address: parseFlowEndpoint(text).address }],
    ),
  ]
}

/**
 * Asks the kernel with a socket at any port: it also knows addresses of interfaces that are down, and local routes. The
 * listeners report any other refusal.
 */
async function isOwn(address: string): Promise<boolean> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  try {
    socket.bind(0, address)
    await once(socket, 'listening')
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL'
  } finally {
    socket.close()
  }
}

function ownAddresses(): string {
  const all = Object.values(networkInterfaces()).flatMap((found) => found ?? [])
  const names = all.filter(({ scopeid }) => scopeid === undefined || scopeid === 0).map(({ address }) => address)
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : ''
  return names.length === 0 ? 'none that is up' : names.slice(0, maxNamed).join(', ') + more
}
