/** What a host that is enrolled nowhere finds in the network: every TCP port, and what listens over UDP. @module */
import { output } from '../line/programs.ts'
import { controllerAddresses } from '../topology/addresses.ts'
import { membersOf, ownRouters } from '../topology/network.ts'
import type { UnenrolledFigures } from './report.ts'
import type { Scene } from './scene.ts'
import { type Listening, listeningIn } from './sockets.ts'

/** Of each site, a host that nobody has. */
const strangerHosts = {
  office: { v4: '10.16.0.66', v6: '2001:db8:16::66' },
  field: { v4: '10.17.0.66', v6: '2001:db8:17::66' },
  'dc-east': { v4: '10.18.0.66', v6: '2001:db8:18::66' },
} as const
type SiteName = keyof typeof strangerHosts
const siteNames = Object.keys(strangerHosts) as readonly SiteName[]
const allPorts = 65_535

interface Target {
  readonly node: string
  readonly address: string
}

/** @param ports 1 to this one are scanned */
export async function scanAll(scene: Scene, ports = allPorts): Promise<UnenrolledFigures> {
  const listening = await listeningAt(scene)
  const targets = targetsOf(scene)
  const destinations = targets.map(({ address }) => address)
  const scans = await Promise.all(
    siteNames.map(async (site) => {
      const found = await scene.use(site, 'scan', { source: strangerHosts[site].v4, destinations, ports })
      scene.news(`scanned from ${site}`)
      return found.map((one, at) => ({ ...one, site, node: targets[at]!.node }))
    }),
  )
  const all = scans.flat()
  const reached = all.filter((one) => one.reached === 'yes')
  const doors = reached.flatMap(({ site, node, address, open }) => {
    const overUdp = (listening.get(node) ?? [])
      .filter((one) => one.protocol === 'udp' && (one.address === 'any' || one.address === address))
      .map(({ port }) => ({ protocol: 'udp' as const, port }))
    const overTcp = open.map((port) => ({ protocol: 'tcp' as const, port }))
    return addressesBeside(scene, address).flatMap((destination) => {
      const source = strangerHosts[site][destination.includes(':') ? 'v6' : 'v4']
      return [...overTcp, ...overUdp].map((door) => ({ site, node, door: { ...door, source, destination } }))
    })
  })
  const knocked = await Promise.all(
    siteNames.map(async (site) => {
      const own = doors.filter((one) => one.site === site)
      const answers = await scene.use(site, 'knock', { doors: own.map(({ door }) => door) })
      return answers.map(({ destination, protocol, port, tried, accepted, octets }, at) => {
        const { node } = own[at]!
        const owner = ownerOf(listening.get(node) ?? [], protocol, port)
        return { node, address: destination, protocol, port, owner, tried, accepted, octets }
      })
    }),
  )
  const known = knocked.flat()
  const ours = known.filter(({ owner }) => owner === 'vagus')
  const keyOf = ({ address, protocol, port }: (typeof known)[number]): string => `${protocol} ${address} ${port}`
  const places = (some: typeof known): number => new Set(some.map(keyOf)).size
  return {
    networks: siteNames,
    addresses: targets.length,
    unreachable: targets.length - new Set(reached.map(({ address }) => address)).size,
    askedPorts: all.reduce((sum, { asked }) => sum + asked, 0),
    acceptedPorts: places(ours.filter(({ protocol, accepted }) => protocol === 'udp' || accepted > 0)),
    answeredPorts: places(ours.filter(({ octets }) => octets > 0)),
    ports: known,
  }
}

/** Agents by their addresses; routers by those towards sites and others, and the controller where only routers reach it. */
function targetsOf({ network }: Scene): readonly Target[] {
  return [
    ...membersOf(network).map(({ name, networks }) => ({ node: name, address: networks[0]!.agent.v4 })),
    ...ownRouters(network).flatMap(({ name, loopback, management, interfaces }) =>
      [loopback, management, ...interfaces.map(({ addresses }) => addresses)].map(({ v4 }) => ({
        node: name,
        address: v4,
      })),
    ),
    { node: 'controller', address: controllerAddresses.v4 },
  ]
}

/** An IPv4 address and the IPv6 one of the same thing. */
function addressesBeside({ network }: Scene, address: string): readonly string[] {
  const all = [
    ...membersOf(network).map(({ networks }) => networks[0]!.agent),
    ...ownRouters(network).flatMap(({ interfaces }) => interfaces.map(({ addresses }) => addresses)),
  ]
  const both = all.find(({ v4 }) => v4 === address)
  return both === undefined ? [address] : [both.v4, both.v6]
}

/** As the kernels of the nodes say: nobody could scan all UDP ports and tell silence from absence. */
async function listeningAt({ network, where }: Scene): Promise<ReadonlyMap<string, readonly Listening[]>> {
  const nodes = [
    ...membersOf(network).map(({ name }) => name),
    ...ownRouters(network).map(({ name }) => name),
    'controller',
  ]
  const tables = nodes.map(async (node) => [node, listeningIn(await output(where, node, ['ss', '-Hlntup']))] as const)
  return new Map(await Promise.all(tables))
}

/** One port may be a router's daemon over TCP only. */
function ownerOf(listening: readonly Listening[], protocol: 'tcp' | 'udp', port: number): 'vagus' | 'router' {
  return listening.some((one) => one.protocol === protocol && one.port === port && one.owner === 'router')
    ? 'router'
    : 'vagus'
}
