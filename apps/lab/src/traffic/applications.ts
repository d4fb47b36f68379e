/**
 * The applications whose traffic the lab carries: by which port they are known, how large their flows and packets are,
 * and between which sites they are used.
 * @module
 */

/** Payload octets of a whole flow. Heavy tails are cut at `most`, so that one flow cannot hold a small link for an hour. */
export type FlowSize =
  | { readonly type: 'lognormal'; readonly median: number; readonly sigma: number; readonly most: number }
  | { readonly type: 'pareto'; readonly least: number; readonly shape: number; readonly most: number }

export interface Application {
  readonly name: string
  readonly protocol: 'tcp' | 'udp'
  /** Destination port. */
  readonly port: number
  /** Octets of payload in a packet, drawn evenly. At most 1,340: below every link's MTU, so nothing is fragmented. */
  readonly payload: { readonly least: number; readonly most: number }
  readonly size: FlowSize
  /** Usual rate of one flow in bits per second: how many flows share the traffic of a pair at a time. */
  readonly flowBitsPerSecond: number
  /** Weight in the traffic of a pair where no row of `between` fits. */
  readonly weight: number
  /** First row that fits decides. Sites by name; "dc-*" is every name that starts so, "*" every name. */
  readonly between: readonly { readonly from: string; readonly to: string; readonly weight: number }[]
}

/** Shares of the octets by application; their sum is 1. */
export type Mix = readonly { readonly application: string; readonly share: number }[]

const kilo = 1000
const mega = 1_000_000

/** What the sites of the default lab talk. An application has one port and protocol; HTTP/3 is `quic`. */
export const defaultApplications: readonly Application[] = [
  {
    name: 'https',
    protocol: 'tcp',
    port: 443,
    payload: { least: 500, most: 1340 },
    size: { type: 'lognormal', median: 18 * kilo, sigma: 1.8, most: 8 * mega },
    flowBitsPerSecond: 300 * kilo,
    weight: 8,
    between: [
      { from: '*', to: 'transit', weight: 30 },
      { from: 'transit', to: '*', weight: 34 },
    ],
  },
  {
    name: 'quic',
    protocol: 'udp',
    port: 443,
    payload: { least: 700, most: 1200 },
    size: { type: 'pareto', least: 6 * kilo, shape: 1.2, most: 12 * mega },
    flowBitsPerSecond: 300 * kilo,
    weight: 0,
    between: [
      { from: '*', to: 'transit', weight: 18 },
      { from: 'transit', to: '*', weight: 26 },
    ],
  },
  {
    name: 'a2a',
    protocol: 'tcp',
    port: 8443,
    payload: { least: 300, most: 1340 },
    size: { type: 'lognormal', median: 9 * kilo, sigma: 1.4, most: 2 * mega },
    flowBitsPerSecond: 120 * kilo,
    weight: 14,
    between: [],
  },
  {
    name: 'mcp',
    protocol: 'tcp',
    port: 8080,
    payload: { least: 200, most: 1200 },
    size: { type: 'lognormal', median: 5 * kilo, sigma: 1.2, most: 1 * mega },
    flowBitsPerSecond: 80 * kilo,
    weight: 6,
    between: [{ from: '*', to: 'transit', weight: 2 }],
  },
  {
    name: 'model-inference',
    protocol: 'tcp',
    port: 8000,
    payload: { least: 600, most: 1340 },
    size: { type: 'pareto', least: 24 * kilo, shape: 1.3, most: 16 * mega },
    flowBitsPerSecond: 400 * kilo,
    weight: 4,
    between: [
      { from: '*', to: 'dc-*', weight: 18 },
      { from: 'dc-*', to: '*', weight: 14 },
    ],
  },
  {
    name: 'video-qc',
    protocol: 'udp',
    port: 5004,
    payload: { least: 1000, most: 1200 },
    size: { type: 'pareto', least: 2 * mega, shape: 1.4, most: 64 * mega },
    flowBitsPerSecond: 1.5 * mega,
    weight: 0,
    between: [
      { from: 'factory', to: 'dc-*', weight: 55 },
      { from: 'field', to: 'dc-*', weight: 12 },
    ],
  },
  {
    name: 'telemetry',
    protocol: 'tcp',
    port: 4317,
    payload: { least: 250, most: 1000 },
    size: { type: 'lognormal', median: 30 * kilo, sigma: 1, most: 4 * mega },
    flowBitsPerSecond: 60 * kilo,
    weight: 0,
    between: [
      { from: 'factory', to: 'dc-*', weight: 12 },
      { from: 'field', to: 'dc-*', weight: 16 },
      { from: '*', to: 'dc-*', weight: 4 },
    ],
  },
  {
    name: 'opc-ua',
    protocol: 'tcp',
    port: 4840,
    payload: { least: 80, most: 400 },
    size: { type: 'lognormal', median: 12 * kilo, sigma: 0.8, most: 1 * mega },
    flowBitsPerSecond: 30 * kilo,
    weight: 0,
    between: [
      { from: 'factory', to: 'dc-*', weight: 4 },
      { from: 'factory', to: 'field', weight: 8 },
      { from: 'field', to: 'factory', weight: 8 },
    ],
  },
  {
    name: 'backup',
    protocol: 'tcp',
    port: 873,
    payload: { least: 1340, most: 1340 },
    size: { type: 'pareto', least: 1 * mega, shape: 1.1, most: 64 * mega },
    flowBitsPerSecond: 2 * mega,
    weight: 0,
    between: [
      { from: 'dc-east', to: 'dc-west', weight: 50 },
      { from: 'dc-west', to: 'dc-east', weight: 50 },
      { from: 'transit', to: '*', weight: 0 },
      { from: '*', to: 'dc-*', weight: 10 },
    ],
  },
  {
    name: 'dns',
    protocol: 'udp',
    port: 53,
    payload: { least: 30, most: 180 },
    size: { type: 'lognormal', median: 60, sigma: 0.4, most: 400 },
    flowBitsPerSecond: 10 * kilo,
    weight: 0.2,
    between: [{ from: '*', to: 'transit', weight: 0.6 }],
  },
]

/** Weight of `application` in the traffic `from` one site `to` another; 0 is none. */
export function weightBetween(application: Application, from: string, to: string): number {
  const row = application.between.find((row) => fits(row.from, from) && fits(row.to, to))
  return row?.weight ?? application.weight
}

function fits(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name
}
