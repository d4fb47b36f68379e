/**
 * The field names in the expected events of logstash-codec-netflow, and the conversion of octets to their values.
 * NetFlow v9 names are that project's own. IPFIX names are those of the registries; enterprise-specific names are
 * prefixed with the enterprise's name.
 * @module
 */
import { globSync, readFileSync } from 'node:fs'
import { formatAddress } from '@vagus/address'
import { dataPath } from '../../../scripts/needs.ts'
import { netflow9ScopeEnterprise } from '../src/registry.ts'
import type { PlainRecord } from './plain-records.ts'
import { unsigned } from './plain-records.ts'

const netflow9Elements: Readonly<Record<string, number>> = {
  in_bytes: 1,
  in_pkts: 2,
  flows: 3,
  protocol: 4,
  src_tos: 5,
  tcp_flags: 6,
  l4_src_port: 7,
  ipv4_src_addr: 8,
  src_mask: 9,
  input_snmp: 10,
  l4_dst_port: 11,
  ipv4_dst_addr: 12,
  dst_mask: 13,
  output_snmp: 14,
  ipv4_next_hop: 15,
  src_as: 16,
  dst_as: 17,
  bgp_ipv4_next_hop: 18,
  last_switched: 21,
  first_switched: 22,
  out_bytes: 23,
  out_pkts: 24,
  engine_type: 38,
  engine_id: 39,
  total_pkts_exp: 41,
  total_flows_exp: 42,
  flow_sampler_id: 48,
  in_src_mac: 56,
  dst_vlan: 59,
  ip_protocol_version: 60,
  direction: 61,
  mpls_label_stack_octets: 70,
  in_dst_mac: 80,
  out_src_mac: 81,
  if_desc: 83,
  forwarding_status: 89,
  out_dst_mac: 57,
  application_id: 95,
  application_name: 96,
  conn_id: 148,
  flow_start_msec: 152,
  icmp_type: 176,
  icmp_code: 177,
  xlate_src_addr_ipv4: 40001,
  xlate_dst_addr_ipv4: 40002,
  xlate_src_port: 40003,
  xlate_dst_port: 40004,
  fw_event: 40005,
  ingressVRFID: 234,
  egressVRFID: 235,
  event_time_msec: 323,
  in_permanent_bytes: 85,
  fw_ext_event: 33002,
  ingress_acl_id: 33000,
  egress_acl_id: 33001,
  username: 40000,
  nprobe_proto: 57590,
  nprobe_proto_name: 57591,
}

/** Names of an enterprise's elements, from its registry file. */
function registry(): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>()
  const add = (name: string, key: string): void => void keys.set(name, [...(keys.get(name) ?? []), key])
  for (const file of globSync(dataPath('flow/ie-registry/*.xml'))) {
    const text = readFileSync(file, 'utf8')
    const pen = Number(/<pen>(\d+)/.exec(text)?.[1])
    const prefix = { 5951: 'netscaler', 6876: 'vmware' }[pen] ?? ''
    for (const [, element] of text.matchAll(/<element>(.*?)<\/element>/gs)) {
      const id = Number(/<id>(\d+)/.exec(element!)?.[1])
      const name = /<name>(\w+)/.exec(element!)?.[1] ?? ''
      const capital = name.charAt(0).toUpperCase() + name.slice(1)
      add(prefix ? prefix + capital : name, `${pen}/${id}`)
      if (pen === 0) add(`reverse${capital}`, `29305/${id}`)
      if (pen === 6871) add(`reverse${capital}`, `6871/${id | 0x4000}`)
    }
  }
  return keys
}

let names: ReadonlyMap<string, readonly string[]> | undefined

/** The octets of the field with this name; undefined if the record has none. */
export function fieldOf(record: PlainRecord, name: string): Uint8Array | undefined {
  names ??= registry()
  if (name === 'scope_system') return record.fields.get(`${netflow9ScopeEnterprise}/1`)
  const numbered = /^(netscaler|vmware)Unknown(\d+)$/.exec(name)
  if (numbered) return record.fields.get(`${numbered[1] === 'vmware' ? 6876 : 5951}/${numbered[2]}`)
  const keys =
    record.protocol === 9 && netflow9Elements[name] !== undefined
      ? [`0/${netflow9Elements[name]}`]
      : (names.get(name) ?? [])
  for (const key of keys) if (record.fields.has(key)) return record.fields.get(key)
  return undefined
}

/** The octets in the form of the expected event. */
export function valueOf(record: PlainRecord, name: string, octets: Uint8Array, like: unknown): unknown {
  if (typeof like === 'number') return Number(unsigned(octets))
  if (typeof like === 'object') return objectOf(name, octets)
  const text = typeof like === 'string' ? like : ''
  const hex = Buffer.from(octets).toString('hex')
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return timeOf(record, name, octets)
  if (octets.length === 6 && /^[\da-f:]{17}$/.test(text)) return hex.replaceAll(/(..)(?=.)/g, '$1:')
  if (octets.length === 4 && /^[\d.]+$/.test(text) && !text.includes('..')) return [...octets].join('.')
  if (octets.length === 16 && text.includes(':')) return formatAddress(octets)
  if (name.endsWith('acl_id')) return hex.replaceAll(/(.{8})(?=.)/g, '$1-')
  if (name === 'application_id') return `${octets[0]}..${unsigned(octets.subarray(1))}`
  if (/^[\da-f]{32}$/.test(text)) return hex
  return Buffer.from(octets).toString('utf8').replaceAll('\0', '')
}

function objectOf(name: string, octets: Uint8Array): unknown {
  if (name === 'forwarding_status') return { reason: octets[0]! & 63, status: octets[0]! >> 6 }
  const label = Number(unsigned(octets.subarray(0, 3)))
  return { bottom_of_stack: label & 1, experimental: (label >> 1) & 7, label: label >> 4, ttl: octets[3] ?? 0 }
}

function timeOf(record: PlainRecord, name: string, octets: Uint8Array): string {
  const value = Number(unsigned(octets))
  if (name.endsWith('_switched')) return iso(record.exportMs - ((record.uptimeMs - value) | 0))
  if (name.endsWith('Microseconds')) {
    const seconds = Number(unsigned(octets.subarray(0, 4))) - 2_208_988_800
    const nanoseconds = (unsigned(octets.subarray(4)) * 1_000_000_000n) >> 32n
    return iso(seconds * 1000).replace('000Z', `${String(nanoseconds).padStart(9, '0')}Z`)
  }
  return iso(value)
}

const iso = (ms: number): string => new Date(ms).toISOString()
