/** From the options of a speaker and a peer to what the session engine takes. @module */
import { isIP } from 'node:net'
import { parseIpv4, parsePrefix } from '@vagus/address'
import { addPathMode, families, role, type SessionConfig } from '@vagus/bgp'
import type { PeerOptions, RoleName, SpeakerOptions } from '../options.ts'

/** The numbers of RFC 9234 §4.1. */
export const roles: Readonly<Record<RoleName, number>> = {
  provider: role.provider,
  'route-server': role.routeServer,
  'route-server-client': role.routeServerClient,
  customer: role.customer,
  peer: role.peer,
}

/** The 32 bits of an identifier. @throws {RangeError} when it is no IPv4 address, or 0.0.0.0 */
export function identifierOf(text: string): number {
  if (isIP(text) !== 4 || text === '0.0.0.0') {
    throw new RangeError(`"identifier" must be an IPv4 address other than 0.0.0.0, got "${text}"`)
  }
  return parseIpv4(text)
}

/** @throws {RangeError} that names the field, and says what it must be */
export function checkPeer(peer: PeerOptions): void {
  const within = (field: string, value: number | undefined, from: number, to: number): void => {
    if (value !== undefined && !(Number.isInteger(value) && value >= from && value <= to)) {
      throw new RangeError(`"${field}" of peer ${peer.name} must be ${from}..${to}, got ${value}`)
    }
  }
  if (peer.name === '') throw new RangeError('"name" of a peer must not be empty')
  checkAddress(peer, 'address')
  checkAddress(peer, 'localAddress')
  within('as', peer.as, 1, 0xffff_ffff)
  within('localAs', peer.localAs, 1, 0xffff_ffff)
  within('port', peer.port, 1, 65535)
  within('ttlSecurity', peer.ttlSecurity, 1, 254)
  within('maxPrefixes', peer.maxPrefixes, 1, 2 ** 24 - 1)
  within('restartTime', peer.gracefulRestart?.restartTime, 0, 4095)
  const { holdTime = 90, password } = peer
  if (holdTime !== 0) within('holdTime', holdTime, 3, 65535)
  if (peer.families.length === 0) throw new RangeError(`"families" of peer ${peer.name} must name at least one`)
  for (const name of peer.families) {
    if (Object.hasOwn(families, name)) continue
    const known = Object.keys(families).join(', ')
    throw new RangeError(`"families" of peer ${peer.name}: "${name}" is none of ${known}`)
  }
  const octets = Buffer.byteLength(password ?? 'x')
  if (octets < 1 || octets > 80) {
    throw new RangeError(`"password" of peer ${peer.name} must have 1..80 octets, got ${octets}`)
  }
  if (Array.isArray(peer.watch)) for (const prefix of peer.watch) parsePrefix(prefix.replace(/\+$/, ''))
}

function checkAddress(peer: PeerOptions, field: 'address' | 'localAddress'): void {
  const address = peer[field]
  // A zone passes isIP, and nothing here takes one.
  if (address === undefined || (isIP(address) !== 0 && !address.includes('%'))) return
  throw new RangeError(
    `"${field}" of peer ${peer.name} must be an IPv4 or IPv6 address without a zone, got "${address}"`,
  )
}

export function sessionConfigOf(
  speaker: SpeakerOptions,
  peer: PeerOptions,
  start: 'fresh' | 'restarted',
): SessionConfig {
  const named = peer.families.map((name) => families[name])
  const paths = named.filter(({ safi }) => safi === families['ipv4-unicast'].safi)
  return {
    localAs: peer.localAs ?? speaker.as,
    bgpIdentifier: identifierOf(speaker.identifier),
    peerAs: peer.as,
    mode: peer.mode ?? 'active',
    holdTime: peer.holdTime ?? 90,
    families: named,
    restarted: start === 'restarted' ? 'yes' : 'no',
    ...(peer.addPath === 'receive' ? { addPath: paths.map((one) => ({ ...one, mode: addPathMode.receive })) } : {}),
    ...(peer.extendedMessages === undefined ? {} : { extendedMessages: peer.extendedMessages }),
    ...(peer.gracefulRestart === undefined ? {} : { gracefulRestart: peer.gracefulRestart }),
    ...(peer.role === undefined ? {} : { role: roles[peer.role] }),
    ...(peer.roleMode === undefined ? {} : { roleMode: peer.roleMode }),
    ...(peer.capabilities === undefined ? {} : { capabilities: peer.capabilities }),
    ...(peer.timers === undefined ? {} : { timers: peer.timers }),
  }
}
