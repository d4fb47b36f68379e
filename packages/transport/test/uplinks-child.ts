/**
 * In a namespace of its own, with two uplinks: by which of them packets leave that are sent from the second one's
 * address. Prints a line for each IP version, after its address moved, and, with the argument `vpn`, beside a VPN. With
 * the argument `ecmp`, only the uplinks of one default route with several next hops.
 */
import { execFileSync } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultRouteInterfaces, parseEndpointUri, RouteDialler } from '../src/index.ts'
import { withNative } from '../src/native.ts'

const ip = (words: string): void => void execFileSync('ip', words.split(' '))
const nobody = 'lladdr 02:00:00:00:00:99'
for (const number of [0, 1]) {
  ip(`link add up${number} type veth peer name far${number}`)
  ip(`link set far${number} up`)
  ip(`link set up${number} up`)
  ip(`addr add 10.7${number}.0.1/24 dev up${number}`)
  ip(`addr add fd0${number}::1/64 dev up${number} nodad`)
}
await sleep(500) // until the links carry IPv6
for (const number of [0, 1]) {
  for (const gateway of [`10.7${number}.0.2`, `fd0${number}::2`]) {
    ip(`route add default via ${gateway} dev up${number} metric ${number + 1}00`)
    ip(`neigh replace ${gateway} ${nobody} dev up${number}`)
  }
}

if (process.argv[2] === 'ecmp') {
  for (const [family, gateway] of [
    ['-4', '10.7N.0.2'],
    ['-6', 'fd0N::2'],
  ] as const) {
    for (const number of [0, 1]) ip(`${family} route del default dev up${number}`)
    const hops = [0, 1].map((number) => `nexthop via ${gateway.replace('N', String(number))} dev up${number}`)
    ip(`${family} route add default ${hops.join(' ')}`)
  }
  for (const family of [4, 6] as const) process.stdout.write(`${[...defaultRouteInterfaces(family)].join(' ')}\n`)
  process.exit(0)
}

const counted = (): readonly number[] =>
  [0, 1].map((number) => Number(readFileSync(`/sys/class/net/up${number}/statistics/tx_packets`, 'utf8')))

/** A TUN interface that a program holds, as that of a VPN: one that nobody holds has no carrier. */
function openTun(name: string): void {
  const request = Buffer.alloc(40) // struct ifreq
  request.write(name)
  request.writeUInt16LE(0x1001, 16) // IFF_TUN, IFF_NO_PI
  const tunSetIff = 0x4004_54ca
  const fd = openSync('/dev/net/tun', 'r+')
  withNative((library) => {
    const ioctl = library.func('int ioctl(int fd, unsigned long request, void *value)')
    if (ioctl(fd, tunSetIff, request) !== 0) throw new Error('no TUN interface')
  })
}

/** A dialler of its own: it remembers the kernel's choice for a second. */
async function leave(host: string, from: string): Promise<void> {
  const dialler = new RouteDialler({ packet() {}, drained() {}, closed() {} })
  const before = counted()
  const route = await dialler.dial(parseEndpointUri(`udp://${host}:7601`)!, from)
  for (let count = 0; count < 50; count++) route.send(new Uint8Array(40))
  await sleep(50)
  const sent = counted().map((count, at) => count - before[at]! >= 50)
  process.stdout.write(`${host} from ${from}: ${['up0', 'up1'].filter((_, at) => sent[at]).join(' ') || 'neither'}\n`)
  dialler.close()
}

await leave('192.0.2.9', '10.71.0.1')
await leave('[2001:db8::9]', 'fd01::1')
ip('addr add 10.72.0.1/32 dev up1')
await leave('192.0.2.9', '10.72.0.1')
ip('addr del 10.72.0.1/32 dev up1')
ip('addr add 10.72.0.1/32 dev up0')
await leave('192.0.2.9', '10.72.0.1')
if (process.argv[2] === 'vpn') {
  openTun('vpn0')
  ip('addr add 10.99.0.1/24 dev vpn0')
  ip('link set vpn0 up')
  ip('route add default dev vpn0 metric 50')
  await leave('192.0.2.9', '10.71.0.1')
}
process.exit(0)
