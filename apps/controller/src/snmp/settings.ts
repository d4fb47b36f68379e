/** How each device is asked by SNMP: what it says itself, else what all say, else the defaults. Pure. @module */
import type { Config } from '@vagus/api'
import { parseDuration } from '@vagus/api/duration'
import { canonicalAddress, type ConfiguredDevice } from '../domain/directory.ts'

export type SnmpSetting = Config['snmp']

export interface SnmpTarget {
  /** Name of the device. */
  readonly device: string
  /** In the form of RFC 5952. */
  readonly address: string
  readonly port: number
  readonly version: '3' | '2c'
  /** Of SNMPv3; empty for 2c. */
  readonly user: string
  readonly level: NonNullable<SnmpSetting['level']>
  readonly auth: NonNullable<SnmpSetting['auth']>
  readonly privacy: NonNullable<SnmpSetting['privacy']>
  readonly secretsFile: string | undefined
  /** Milliseconds. */
  readonly every: number
  readonly timeout: number
}

/** Undefined for a device that is not asked. */
export function targetOf(device: ConfiguredDevice, common: SnmpSetting): SnmpTarget | undefined {
  const own = device.snmp
  if (own === undefined) return undefined
  const pick = <Key extends keyof SnmpSetting>(key: Key): SnmpSetting[Key] => own[key] ?? common[key]
  const version = pick('version') ?? '3'
  // A file with secrets of the other version is of no use.
  const isOfOther =
    own.secretsFile === undefined && own.version !== undefined && own.version !== (common.version ?? '3')
  return {
    device: device.name,
    address: canonicalAddress(own.address ?? device.address),
    port: pick('port') ?? 161,
    version,
    user: version === '3' ? (pick('user') ?? '') : '',
    level: pick('level') ?? 'authPriv',
    auth: pick('auth') ?? 'sha256',
    privacy: pick('privacy') ?? 'aes',
    secretsFile: isOfOther ? undefined : pick('secretsFile'),
    every: parseDuration(pick('every') ?? '30s'),
    timeout: parseDuration(pick('timeout') ?? '2s'),
  }
}

export const targetsOf = ({ devices, snmp }: Pick<Config, 'devices' | 'snmp'>): readonly SnmpTarget[] =>
  devices.map((device) => targetOf(device, snmp)).filter((target) => target !== undefined)

/** Which secrets its file must hold. */
export function secretsNeeded({ version, level }: Pick<SnmpTarget, 'version' | 'level'>): readonly SecretName[] {
  if (version === '2c') return ['community']
  return level === 'authPriv' ? ['auth', 'privacy'] : level === 'authNoPriv' ? ['auth'] : []
}

export type SecretName = 'auth' | 'privacy' | 'community'
