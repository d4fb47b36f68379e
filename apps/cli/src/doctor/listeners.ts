/**
 * Listening addresses of the configuration: whether they are open to everyone, or taken by another program.
 * @module
 */
import { readFileSync } from 'node:fs'
import { type Check, fail, ok, warn } from './check.ts'

interface Listening {
  readonly listen: string
  /** Who signs in; undefined: nobody need. */
  readonly operators?: object | undefined
  readonly flowListen: readonly string[]
}

/** `0.0.0.0`, `::` or no address at all. */
export const isOpenToAll = (endpoint: string): boolean => /^(0\.0\.0\.0|\[?::\]?|\*|):\d+$/.test(endpoint)

/** Whether only this host reaches it: a loopback address, or a Unix socket. */
export const isLoopback = (listen: string): boolean => /^(127(\.\d+){3}|localhost|\[::1\]):\d+$|^unix:/.test(listen)

/** Where commands of this host reach an API that listens there. */
export const askedAt = (listen: string): string => (isOpenToAll(listen) ? `127.0.0.1:${portOf(listen)}` : listen)

const portOf = (endpoint: string): number => Number(/:(\d+)$/.exec(endpoint)?.[1] ?? 0)

const noFlows = 'none: flow.listen is empty, so no flows are taken'

/** Other projects learned that most exposed collectors were bound to every address by default. */
export function bindChecks({ listen, operators, flowListen }: Listening): readonly Check[] {
  const api =
    isOpenToAll(listen) && operators === undefined
      ? warn(
          'API address',
          `${listen}: everyone who reaches this machine can read the traffic`,
          'listen: 127.0.0.1:7600, behind a proxy that authenticates',
        )
      : ok('API address', listen)
  const open = flowListen.filter(isOpenToAll)
  const flows =
    open.length > 0
      ? warn(
          'flow addresses',
          `${open.join(', ')}: everyone can send flows that count`,
          'flow.listen: the address that faces the routers',
        )
      : ok('flow addresses', flowListen.length === 0 ? noFlows : flowListen.join(', '))
  return [api, flows]
}

/** Addresses at which a controller cannot listen here, as `check` throws them, a line each: it refuses to start. */
export async function ownAddressChecks(check: () => Promise<void>): Promise<readonly Check[]> {
  try {
    await check()
    return []
  } catch (error) {
    const fix = 'name an address of this host, or run this on the host that has it'
    return (error as Error).message.split('\n').map((line) => fail('own addresses', line, fix))
  }
}

/** Whether a controller here can `read` the key of its sessions with agents; without it, it refuses to start. */
export function keyFileChecks(keyFile: string | undefined, read: (path: string) => string): readonly Check[] {
  if (keyFile === undefined) return []
  try {
    read(keyFile)
    return [ok('BGP key', keyFile)]
  } catch (error) {
    return [fail('BGP key', (error as Error).message, 'vagus config explain bgp.keyFile')]
  }
}

/** Ports of /proc/net/udp or udp6: the second column is `local address:port` in hexadecimal. */
export function boundPorts(table: string): ReadonlySet<number> {
  const ports = table.split('\n').flatMap((line) => {
    const hex = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4})\b/.exec(line)?.[1]
    return hex === undefined ? [] : [parseInt(hex, 16)]
  })
  return new Set(ports)
}

/** Finds flow ports taken by another program while no controller answers, or free while one does. */
export function portChecks(flowListen: readonly string[], controller: 'answers' | 'silent'): readonly Check[] {
  const tables = ['/proc/net/udp', '/proc/net/udp6'].map((path) => readOrEmpty(path))
  const bound = new Set(tables.flatMap((table) => [...boundPorts(table)]))
  const ports = [...new Set(flowListen.map(portOf))]
  if (ports.length === 0) return [] // said beside the addresses
  const taken = ports.filter((port) => bound.has(port))
  if (controller === 'answers') {
    // The controller of a lab listens inside the lab, so free ports here are not a fault.
    return [
      ok(
        'flow ports',
        taken.length === 0 ? 'not on this host (the controller may be in a lab)' : `udp ${taken.join(', ')} bound`,
      ),
    ]
  }
  if (taken.length === 0) return [ok('flow ports', `udp ${ports.join(', ')} free`)]
  return [
    warn(
      'flow ports',
      `udp ${taken.join(', ')} taken, and no controller answers`,
      `who is it: ss -ulpn 'sport = :${taken[0]}'`,
    ),
  ]
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
