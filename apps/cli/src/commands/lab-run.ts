/** `vagus lab run WHAT`: runs a scenario in a lab and prints its outcome. @module */
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { recordOf, recordOptions, referenceOf, whichLab } from '../lab/lab-options.ts'
import { runDay } from '../lab/run-day.ts'
import { runDivert } from '../lab/run-divert.ts'
import { runIntruder } from '../lab/run-intruder.ts'
import { runLine } from '../lab/run-line.ts'
import { runNat } from '../lab/run-nat.ts'
import { type Plays, runRepeated } from '../lab/run-repeated.ts'
import { runRoam } from '../lab/run-roam.ts'
import { runSteer } from '../lab/run-steer.ts'
import { runSurge } from '../lab/run-surge.ts'
import { runVehicles } from '../lab/run-vehicles.ts'
import { runWired } from '../lab/run-wired.ts'
import type { Options } from '../option.ts'
import type { Terminal } from '../terminal.ts'

// No defaults: an option that was given must be distinguishable from one that was not.
const options = {
  factor: { type: 'count', value: 'TIMES', min: 2, max: 100, description: 'surge: multiple of the demand (default 4)' },
  for: {
    type: 'duration',
    value: 'TIME',
    description:
      'surge, vehicles: how long (default 60s); steer: length of each stretch (default 60s); line: of each measurement (default 10s); divert: of the overload in each run (default 20s)',
  },
  moves: { type: 'count', value: 'N', min: 1, max: 1000, description: 'roam, wired: how many moves (default 20)' },
  planned: {
    type: 'flag',
    description: 'roam: only moves that are announced, wired: with both links up (default: every other one)',
  },
  sudden: { type: 'flag', description: 'roam, wired: only moves after the network died silently' },
  kill: {
    type: 'flag',
    description:
      'roam: also kill -9 a side-car after every fourth move; steer: kill -9 controller and all agents while leases hold',
  },
  seed: {
    type: 'count',
    value: 'N',
    min: 0,
    max: 4_294_967_295,
    description:
      'day, divert, roam, steer, vehicles, wired: the same seed gives the same moves, the same traffic (default 1)',
  },
  vehicles: { type: 'count', value: 'N', min: 1, max: 32, description: 'vehicles: how many (default 8)' },
  report: { type: 'text', value: 'DIR', description: 'day: folder for report.json and report.html' },
  pairs: {
    type: 'words',
    value: 'LIST',
    description: 'nat: only these pairs of ends, such as home-random,proxy-proxy (default all)',
  },
  repeat: {
    type: 'count',
    value: 'N',
    min: 1,
    max: 1000,
    description:
      'all but surge: so many runs with the seeds from --seed on; medians with 95 % intervals (day: at most 100)',
  },
  ...recordOptions,
  'by-itself': { type: 'flag', description: 'steer: let the controller approve by itself, within bounds' },
  faults: { type: 'flag', description: 'steer: kill -9 the controller, then the agent of a router, while leases hold' },
  observe: { type: 'flag', description: 'steer: approve nothing' },
  listen: {
    type: 'text',
    value: 'ADDR:PORT',
    description: 'divert, intruder, line, steer: address of its console (default 127.0.0.1:7600)',
  },
  name: {
    ...whichLab.name,
    description: `${whichLab.name.description}; roam: name of the one it makes (default roam); divert, intruder, line, steer: likewise (default its own)`,
  },
  ...jsonOption,
} as const satisfies Options

/** Options of all scenarios that make their own network. */
const anywhere = ['repeat', 'record', 'record-limit'] as const
/** Options that not every scenario has. */
const own = {
  surge: ['factor', 'for'],
  roam: ['moves', 'planned', 'sudden', 'kill', 'seed', ...anywhere],
  line: ['for', 'listen', ...anywhere],
  steer: ['for', 'seed', 'by-itself', 'faults', 'kill', 'observe', 'listen', ...anywhere],
  intruder: ['listen', ...anywhere],
  wired: ['moves', 'planned', 'sudden', 'seed', ...anywhere],
  nat: ['pairs', ...anywhere],
  vehicles: ['vehicles', 'for', 'seed', 'repeat'],
  divert: ['for', 'seed', 'listen', ...anywhere],
  day: ['report', 'seed', ...anywhere],
} as const
type Scenario = keyof typeof own
const scenarios = Object.keys(own) as readonly Scenario[]

export const command = defineCommand({
  name: 'lab run',
  summary: 'run a scenario in a lab',
  effect: 'rw',
  examples: [
    { line: 'vagus lab run surge office dc-east', does: 'four times the traffic of one pair, for a minute' },
    { line: 'vagus lab run surge transit field --factor 10 --for 5m', does: 'more, longer' },
    { line: 'vagus lab run roam', does: 'an agent reads a stream and moves; brings up a lab of its own' },
    { line: 'vagus lab run roam --moves 50 --sudden --json', does: 'only moves without a warning' },
    {
      line: 'vagus lab run roam --repeat 20 --seed 7',
      does: 'twenty runs with seeds of their own: how far apart they are',
    },
    { line: 'vagus lab run steer --record out', does: 'with captures of every node, to open in Wireshark' },
    { line: 'vagus lab run steer', does: 'a border link fills, and a proposal relieves it; a lab of its own' },
    { line: 'vagus lab run steer --by-itself', does: 'the same, and nobody types anything' },
    { line: 'vagus lab run steer --faults', does: 'programs die while what was approved is in force' },
    { line: 'vagus lab run steer --observe', does: 'or nobody approves anything' },
    { line: 'vagus lab run line', does: 'a private line in a full network, and what it outlives; a lab of its own' },
    { line: 'vagus lab run intruder', does: 'a stranger tries to get in, in every way; a lab of its own' },
    { line: 'vagus lab run day --report out', does: 'roam, steer, line and intruder, shortly, with a report' },
    { line: 'vagus lab run nat', does: 'agents behind NATs and proxies look for direct paths; likewise' },
    {
      line: 'vagus lab run wired --moves 50',
      does: 'a host keeps its IPv6 address between access routers; namespaces of its own',
    },
    {
      line: 'vagus lab run vehicles',
      does: 'vehicles keep their orders while they roam, beside MQTT; likewise',
    },
    {
      line: 'vagus lab run divert',
      does: 'data centres divert work, and ask the network which way has room; likewise',
    },
  ],
  arguments: [
    { name: 'WHAT', description: 'the scenario', presence: 'required', choices: scenarios },
    { name: 'SOURCE', description: 'surge: the site that sends', presence: 'optional' },
    { name: 'SINK', description: 'surge: the site that receives', presence: 'optional' },
  ],
  options,
  async run({ values, words: [word, ...ends], terminal, signal }: Call<typeof options>) {
    const output = values.json ? 'json' : 'text'
    const what = word as Scenario
    refuseStrange(what, (name) => values[name] !== undefined && values[name] !== false)
    if (what === 'surge') {
      const { factor = 4, for: seconds = 60 } = values
      return runSurge({ ends, factor, seconds, which: referenceOf(values), output, terminal })
    }
    if (ends.length > 0) throw usage(`${what} takes no further words, got "${ends[0]}"`)
    if (what !== 'day' && values.repeat !== undefined && values.repeat > 1)
      return runRepeated({ what, play: plays[what], values, output, terminal, signal })
    return runs[what]({ values, output, terminal, signal })
  },
})

type Values = Call<typeof options>['values']

interface Run {
  readonly values: Values
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Those that make labs of their own. */
const runs: Readonly<Record<Exclude<Scenario, 'surge'>, (run: Run) => Promise<ExitCode>>> = {
  roam: ({ values, ...rest }) => runRoam({ options: { ...labOf(values), ...roamOptionsOf(values) }, ...rest }),
  line: ({ values, ...rest }) => runLine({ options: { ...labOf(values), ...lineOptionsOf(values) }, ...rest }),
  steer: ({ values, ...rest }) => runSteer({ options: { ...labOf(values), ...steerOptionsOf(values) }, ...rest }),
  intruder: ({ values, ...rest }) => runIntruder({ options: { ...labOf(values), ...listenOf(values) }, ...rest }),
  wired: ({ values, ...rest }) => runWired({ options: { ...recordOf(values), ...wiredOptionsOf(values) }, ...rest }),
  nat: ({ values, ...rest }) => runNat({ ...recordOf(values), pairs: natPairsOf(values), ...rest }),
  vehicles: ({ values, ...rest }) => runVehicles({ options: vehiclesOptionsOf(values), ...rest }),
  divert: ({ values, ...rest }) => runDivert({ options: { ...labOf(values), ...divertOptionsOf(values) }, ...rest }),
  day({ values, ...rest }) {
    const { name, repeat = 1, seed = 1, report } = values
    if (name !== undefined) throw usage('day makes several labs, with names of its own')
    return runDay({ options: { repeat, seed, ...recordOf(values) }, report, ...rest })
  },
}

/** One run of each, without its output. */
const plays: Plays<Values> = {
  roam: (lab, values, around) => lab.roam({ ...referenceOf(values), ...roamOptionsOf(values), ...around }),
  line: (lab, values, around) => lab.line({ ...referenceOf(values), ...lineOptionsOf(values), ...around }),
  steer: (lab, values, around) => lab.steer({ ...referenceOf(values), ...steerOptionsOf(values), ...around }),
  intruder: (lab, values, around) => lab.intruder({ ...referenceOf(values), ...listenOf(values), ...around }),
  wired: (lab, values, around) => lab.wired({ ...wiredOptionsOf(values), ...around }),
  nat(lab, values, around) {
    const pairs = natPairsOf(values).map(lab.natPairOf)
    return lab.nat({ ...(pairs.length > 0 && { pairs }), ...around })
  },
  divert: (lab, values, around) => lab.divert({ ...referenceOf(values), ...divertOptionsOf(values), ...around }),
  vehicles: (lab, values, around) => lab.vehicles({ ...vehiclesOptionsOf(values), ...around }),
}

const labOf = (values: Values) => ({ ...referenceOf(values), ...recordOf(values) })

/** @throws {Failure} */
function wiredOptionsOf(values: Values) {
  if (values.name !== undefined) throw usage('wired makes no lab, so it has no name')
  const { kill: _, ...options } = roamOptionsOf(values)
  return options
}

/** @throws {Failure} */
function natPairsOf({ name, pairs = [] }: Values): readonly string[] {
  if (name !== undefined) throw usage('nat makes no lab, so it has no name')
  return pairs
}

/** @throws {Failure} */
function roamOptionsOf({ moves = 20, planned, sudden, kill, seed = 1 }: Values) {
  if (planned && sudden) throw usage('give only one of --planned and --sudden; without either, moves are mixed')
  const how = planned ? ('planned' as const) : sudden ? ('sudden' as const) : ('mixed' as const)
  return { moves, how, kill: kill ? ('side-cars' as const) : ('none' as const), seed }
}

const listenOf = ({ listen }: Values): { readonly listen?: string } => (listen === undefined ? {} : { listen })

const divertOptionsOf = ({ for: seconds, seed, listen }: Values) => ({
  ...(seconds !== undefined && { seconds }),
  ...(seed !== undefined && { seed }),
  ...(listen !== undefined && { listen }),
})

const lineOptionsOf = (values: Values) => ({ seconds: values.for ?? 10, ...listenOf(values) })

/** @throws {Failure} */
function vehiclesOptionsOf({ name, vehicles, for: seconds, seed }: Values) {
  if (name !== undefined) throw usage('vehicles makes no lab, so it has no name')
  return {
    ...(vehicles !== undefined && { vehicles }),
    ...(seconds !== undefined && { seconds }),
    ...(seed !== undefined && { seed }),
  }
}

const steerModes = ['by-itself', 'faults', 'kill', 'observe'] as const

/** @throws {Failure} */
function steerOptionsOf(values: Values) {
  const { for: seconds = 60, seed = 1 } = values
  const given = steerModes.filter((mode) => values[mode])
  if (given.length > 1) throw usage(`give only one of --${given.join(' and --')}`)
  const [mode = 'approve' as const] = given
  return { mode, seconds, seed, ...listenOf(values) }
}

/** @throws {Failure} for an option of another scenario */
function refuseStrange(what: Scenario, isGiven: (name: (typeof own)[Scenario][number]) => boolean): void {
  const known: readonly string[] = own[what]
  for (const other of scenarios) {
    const strange = own[other].find((name) => !known.includes(name) && isGiven(name))
    if (strange === undefined) continue
    const whose = scenarios.filter((one) => own[one].some((name) => name === strange))
    throw usage(`--${strange} is an option of ${whose.join(', ')}; ${what} has --${known.join(', --')}`)
  }
}

const usage = (problem: string): Failure => new Failure(exitCode.usage, problem, 'see: vagus lab run --help')
