/** Sockets that listen, as `ss -Hlntup` (iproute2) prints them. @module */

export interface Listening {
  readonly protocol: 'tcp' | 'udp'
  /** As printed; `any`: every address of the host. */
  readonly address: string
  readonly port: number
  /** `router`: a daemon of FRR. */
  readonly owner: 'vagus' | 'router'
}

const routerDaemons = /"(?:zebra|bgpd|ospfd|ospf6d|staticd|mgmtd|watchfrr)"/
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '*', '[::]'])

/** Without those on loopback, and those that only receive what is sent to a multicast group. */
export function listeningIn(text: string): readonly Listening[] {
  return allIn(text).filter(
    ({ address }) => !address.startsWith('127.') && address !== '[::1]' && !address.startsWith('[ff'),
  )
}

/** Sockets in `after` and not in `before`, as `udp 127.0.0.1:6343`. */
export function newSockets(before: string, after: string): readonly string[] {
  const known = new Set(allIn(before).map(textOf))
  return [...new Set(allIn(after).map(textOf))].filter((one) => !known.has(one)).sort()
}

/** Whether one of `newSockets` takes what comes to any address. */
export const isEverywhere = (socket: string): boolean => socket.includes(' any:')

const textOf = ({ protocol, address, port }: Listening): string => `${protocol} ${address}:${port}`

/** udp  UNCONN 0 0  10.255.0.1:2055  0.0.0.0:*  users:(("MainThread",pid=125,fd=35)) */
function allIn(text: string): readonly Listening[] {
  return text.split('\n').flatMap((line): readonly Listening[] => {
    const [protocol, , , , local = ''] = line.trim().split(/\s+/)
    const at = local.lastIndexOf(':')
    if ((protocol !== 'tcp' && protocol !== 'udp') || at < 0) return []
    const address = local.slice(0, at)
    const owner = routerDaemons.test(line) ? 'router' : 'vagus'
    const port = Number(local.slice(at + 1))
    return [{ protocol, address: everywhere.has(address) ? 'any' : address, port, owner }]
  })
}
