/** The objects that routers are asked for, by their OIDs: SNMPv2-MIB, SNMP-FRAMEWORK-MIB and IF-MIB. Pure. @module */

/** Scalars (RFC 3418, RFC 3411). */
export const scalars = {
  sysName: '1.3.6.1.2.1.1.5.0',
  /** Hundredths of a second; wraps at 2^32. */
  sysUpTime: '1.3.6.1.2.1.1.3.0',
  snmpEngineBoots: '1.3.6.1.6.3.10.2.1.2.0',
} as const

const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifXEntry = '1.3.6.1.2.1.31.1.1.1'

/** Columns of ifTable and ifXTable (RFC 2863); an instance is the column, a dot and the ifIndex. */
export const columns = {
  ifDescr: `${ifEntry}.2`,
  /** Bits per second; 2^32-1 where ifHighSpeed must be asked. */
  ifSpeed: `${ifEntry}.5`,
  ifAdminStatus: `${ifEntry}.7`,
  ifOperStatus: `${ifEntry}.8`,
  ifLastChange: `${ifEntry}.9`,
  ifInOctets: `${ifEntry}.10`,
  ifInUcastPkts: `${ifEntry}.11`,
  ifInNUcastPkts: `${ifEntry}.12`,
  ifInDiscards: `${ifEntry}.13`,
  ifInErrors: `${ifEntry}.14`,
  ifOutOctets: `${ifEntry}.16`,
  ifOutUcastPkts: `${ifEntry}.17`,
  ifOutNUcastPkts: `${ifEntry}.18`,
  ifOutDiscards: `${ifEntry}.19`,
  ifOutErrors: `${ifEntry}.20`,
  ifName: `${ifXEntry}.1`,
  ifHCInOctets: `${ifXEntry}.6`,
  ifHCInUcastPkts: `${ifXEntry}.7`,
  ifHCInMulticastPkts: `${ifXEntry}.8`,
  ifHCInBroadcastPkts: `${ifXEntry}.9`,
  ifHCOutOctets: `${ifXEntry}.10`,
  ifHCOutUcastPkts: `${ifXEntry}.11`,
  ifHCOutMulticastPkts: `${ifXEntry}.12`,
  ifHCOutBroadcastPkts: `${ifXEntry}.13`,
  /** Millions of bits per second. */
  ifHighSpeed: `${ifXEntry}.15`,
  ifAlias: `${ifXEntry}.18`,
  ifCounterDiscontinuityTime: `${ifXEntry}.19`,
} as const

export type ColumnName = keyof typeof columns

/** What the list of interfaces shows. */
export const listColumns = ['ifDescr', 'ifName', 'ifAlias', 'ifHighSpeed'] as const satisfies readonly ColumnName[]

const everyRound = [
  'ifName',
  'ifDescr',
  'ifAdminStatus',
  'ifOperStatus',
  'ifLastChange',
  'ifInDiscards',
  'ifInErrors',
  'ifOutDiscards',
  'ifOutErrors',
] as const satisfies readonly ColumnName[]

/** What each round asks of an interface with counters of so many bits; those of 32 are for routers without others. */
export const roundColumns = {
  64: [
    ...everyRound,
    'ifHighSpeed',
    'ifCounterDiscontinuityTime',
    'ifHCInOctets',
    'ifHCInUcastPkts',
    'ifHCInMulticastPkts',
    'ifHCInBroadcastPkts',
    'ifHCOutOctets',
    'ifHCOutUcastPkts',
    'ifHCOutMulticastPkts',
    'ifHCOutBroadcastPkts',
  ],
  32: [
    ...everyRound,
    'ifSpeed',
    'ifInOctets',
    'ifInUcastPkts',
    'ifInNUcastPkts',
    'ifOutOctets',
    'ifOutUcastPkts',
    'ifOutNUcastPkts',
  ],
} as const satisfies Record<number, readonly ColumnName[]>

export type CounterBits = keyof typeof roundColumns
