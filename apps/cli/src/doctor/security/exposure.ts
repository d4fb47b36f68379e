/** What the programs of Vagus on this host let in, send unprotected, or show to other users. @module */
import { isLoopbackAddress } from './loopback.ts'
import { type Check, ok, warn } from '../check.ts'
import { countOf } from '../../format.ts'
import type { ListeningSocket } from './listening-sockets.ts'
import type { Program } from './programs.ts'

/** Sockets; a side-car that looks for a direct path has hundreds. */
const maxNamed = 12

export function exposureChecks(programs: readonly Program[]): readonly Check[] {
  if (programs.length === 0) return [ok('programs', 'none of Vagus runs in this network of this host')]
  const found = programs.flatMap(({ values, ...program }) =>
    values === undefined ? unknownChecks(program) : checksOf({ ...program, values }),
  )
  const read = programs.flatMap(({ sockets }) => (sockets === undefined ? [] : [sockets]))
  if (read.length === 0) return found
  return [ok('listeners', `${countOf(read.length, 'program')}, ${socketsText(read.flat())}`), ...found]
}

function socketsText(sockets: readonly ListeningSocket[]): string {
  const open = sockets.filter(({ address }) => !isLoopbackAddress(address))
  const places = open
    .slice(0, maxNamed)
    .map(({ protocol, address, port }) => `${protocol} ${address.includes(':') ? `[${address}]` : address}:${port}`)
  const more = open.length > maxNamed ? ` and ${open.length - maxNamed} more` : ''
  const where = open.length === 0 ? 'all on loopback' : `not on loopback: ${places.join(', ')}${more}`
  return `${countOf(sockets.length, 'socket')}, ${where}`
}

/** With options that are known here. */
type Known = Program & { readonly values: NonNullable<Program['values']> }

const checksOf = (program: Known): readonly Check[] => [
  ...unreadableChecks(program),
  ...metricsChecks(program),
  ...fleetlessChecks(program),
  ...tokenChecks(program),
  ...gatewayChecks(program),
  ...plainChecks(program),
  ...passwordChecks(program),
]

function unknownChecks({ command, pid, words }: Pick<Program, 'command' | 'pid' | 'words'>): readonly Check[] {
  const text = `the options of "vagus ${command}", process ${pid}, cannot be read: another version, or a file that is not there from here`
  return [
    warn('programs', text, `as its user, in its folder: cd /proc/${pid}/cwd && vagus doctor --security`),
    ...passwordChecks({ command, pid, words, values: {}, sockets: [] }),
  ]
}

/** As people know it: `run writer`. */
const nameOf = ({ command, values: { name } }: Known): string =>
  typeof name === 'string' ? `"vagus ${command}" of ${name}` : `"vagus ${command}"`

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

const hostOf = (place: string): string =>
  place
    .replace(/^\w+:\/\//, '')
    .replace(/\/.*$/, '')
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
const isHere = (place: string): boolean => place.startsWith('unix:') || isLoopbackAddress(hostOf(place))

const unreadableChecks = (program: Known): readonly Check[] =>
  program.sockets === undefined
    ? [
        warn(
          'listeners',
          `${nameOf(program)} is another user's: its sockets cannot be read`,
          'sudo vagus doctor --security',
        ),
      ]
    : []

function metricsChecks(program: Known): readonly Check[] {
  const at = textOf(program.values['metrics'])
  if (at === undefined || isHere(at)) return []
  const text = `${nameOf(program)} tells its metrics to whoever reaches ${at}`
  return [warn('metrics', text, '--metrics 127.0.0.1:PORT, and let a scraper with TLS fetch it there')]
}

/** Of side-cars that others reach: from other hosts, or by a relay. */
function fleetlessChecks(program: Known): readonly Check[] {
  const { values, command } = program
  if (command !== 'run') return []
  const serves = textOf(values['a2a']) !== undefined || textOf(values['mcp']) !== undefined
  const isReached = ['relay', 'reached-at'].some((name) => listOf(values[name]).length > 0)
  const isOpen = listOf(values['listen']).some((place) => !isHere(place))
  const isBounded = textOf(values['roster']) !== undefined || listOf(values['allow']).length > 0
  if (!serves || isBounded || !(isReached || isOpen)) return []
  const text = `${nameOf(program)} serves anyone who proves an id, and ids cost nothing`
  return [warn('fleets', text, '--roster OWNER for members of a fleet, or --allow LIST')]
}

/** Of callers outside. */
function gatewayChecks(program: Known): readonly Check[] {
  const { values, command } = program
  if (command !== 'gateway') return []
  const name = nameOf(program)
  const published = listOf(values['publish']).join(', ')
  const access = [textOf(values['issuer']), textOf(values['tokens'])].filter((text) => text !== undefined).join(', ')
  const found = `${name} publishes ${published} at ${textOf(values['public']) ?? textOf(values['listen']) ?? '?'}, for tokens of ${access}`
  const unruled =
    textOf(values['roster']) === undefined
      ? [
          warn(
            'gateway',
            `${name} has no roster: no policy tells one caller outside from another, and members are told of none`,
            '--roster OWNER, and policies for "principal is Outsider"',
          ),
        ]
      : []
  return [ok('gateway', found), ...unruled]
}

function tokenChecks(program: Known): readonly Check[] {
  if (program.command !== 'run' || textOf(program.values['tokens']) !== undefined) return []
  const text = `every user of this host may call others as ${textOf(program.values['name'])}`
  return [warn('local callers', text, '--tokens FILE, with a line CALLER TOKEN for each program, mode 0600')]
}

/** What goes over a network as it is. Documents and orders are signed or encrypted besides; the rest is named. */
function plainChecks(program: Known): readonly Check[] {
  const { command, values } = program
  const api = textOf(command === 'device' || command === 'netconf' ? values['api'] : values['controller'])
  const checks: Check[] = []
  if (api !== undefined && api.startsWith('http://') && !isHere(api))
    checks.push(
      warn(
        'plain HTTP',
        `${nameOf(program)} asks ${api}: on the way others see who looks for whom`,
        'a proxy with TLS before the controller: docs/50-configuration.md#behind-a-proxy',
      ),
    )
  if (command !== 'device') return checks
  const bgp = textOf(values['controller'])
  if (bgp !== undefined && !isHere(bgp) && textOf(values['key-file']) === undefined)
    checks.push(
      warn(
        'plain BGP',
        `${nameOf(program)} sends telemetry to ${bgp} and takes traffic classes over TCP without a key`,
        '--key-file FILE here, bgp.keyFile in vagus.yaml there; --hops and bgp.hops',
      ),
    )
  const router = textOf(values['router-at'])
  if (values['router'] === 'gobgp' && router !== undefined && !router.startsWith('/') && !isHere(router))
    checks.push(
      warn(
        'plain gRPC',
        `${nameOf(program)} gives its router orders at ${router} over gRPC without TLS`,
        'run it beside the router: --router-at 127.0.0.1:50051, or a socket',
      ),
    )
  const flow = textOf(values['flow'])
  if (flow !== undefined && /^(0\.0\.0\.0|\[?::\]?):/.test(flow))
    checks.push(
      warn(
        'flow addresses',
        `${nameOf(program)}: everyone can send flows to ${flow}`,
        '--flow with the address that faces the router',
      ),
    )
  return checks
}

/** Every user of a host reads the words of all its processes. */
function passwordChecks(program: Known): readonly Check[] {
  const word = program.words.find((one) => hasPassword(one))
  if (word === undefined) return []
  const text = `${nameOf(program)} has a password among its words, which every user of this host can read`
  return [warn('passwords', text, 'HTTPS_PROXY in its environment instead of --proxy; then change the password')]
}

/** `http://NAME:PASSWORD@HOST`. */
export const hasPassword = (text: string): boolean => /:\/\/[^\s/:@]+:[^\s/@]+@/.test(text)
