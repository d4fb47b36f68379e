/** `vagus lab run WHAT`: runs a scenario in a lab and prints its outcome. @module */
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { referenceOf, whichLab } from '../lab/lab-options.ts'
import { runRoam } from '../lab/run-roam.ts'
import { runSurge } from '../lab/run-surge.ts'
import type { Options } from '../option.ts'

// No defaults: an option that was given must be distinguishable from one that was not.
const options = {
  factor: { type: 'count', value: 'TIMES', min: 2, max: 100, description: 'surge: multiple of the demand (default 4)' },
  for: { type: 'duration', value: 'TIME', description: 'surge: how long (default 60s)' },
  moves: { type: 'count', value: 'N', min: 1, max: 1000, description: 'roam: how many moves (default 20)' },
  planned: { type: 'flag', description: 'roam: only moves that are announced (default: every other one)' },
  sudden: { type: 'flag', description: 'roam: only moves after the network died silently' },
  kill: { type: 'flag', description: 'roam: also kill -9 a side-car after every fourth move' },
  seed: {
    type: 'count',
    value: 'N',
    min: 0,
    max: 4_294_967_295,
    description: 'roam: the same seed gives the same moves (default 1)',
  },
  name: {
    ...whichLab.name,
    description: `${whichLab.name.description}; roam: name of the one it makes (default roam)`,
  },
  ...jsonOption,
} as const satisfies Options

/** Options that only one scenario has. */
const own = { surge: ['factor', 'for'], roam: ['moves', 'planned', 'sudden', 'kill', 'seed'] } as const

export const command = defineCommand({
  name: 'lab run',
  summary: 'run a scenario in a lab',
  effect: 'rw',
  examples: [
    { line: 'vagus lab run surge office dc-east', does: 'four times the traffic of one pair, for a minute' },
    { line: 'vagus lab run surge transit field --factor 10 --for 5m', does: 'more, longer' },
    { line: 'vagus lab run roam', does: 'an agent reads a stream and moves; brings up a lab of its own' },
    { line: 'vagus lab run roam --moves 50 --sudden --json', does: 'only moves without a warning' },
  ],
  arguments: [
    { name: 'WHAT', description: 'the scenario', presence: 'required', choices: ['surge', 'roam'] },
    { name: 'SOURCE', description: 'surge: the site that sends', presence: 'optional' },
    { name: 'SINK', description: 'surge: the site that receives', presence: 'optional' },
  ],
  options,
  async run({ values, words: [word, ...ends], terminal, signal }: Call<typeof options>) {
    const output = values.json ? 'json' : 'text'
    const [what, other] = word === 'surge' ? (['surge', 'roam'] as const) : (['roam', 'surge'] as const)
    const strange = own[other].find((name) => values[name] !== undefined && values[name] !== false)
    if (strange !== undefined)
      throw usage(`--${strange} is an option of ${other}; ${what} has --${own[what].join(', --')}`)
    if (what === 'surge') {
      const { factor = 4, for: seconds = 60 } = values
      return runSurge({ ends, factor, seconds, which: referenceOf(values), output, terminal })
    }
    const { moves = 20, planned, sudden, seed = 1 } = values
    const kill = values.kill ? 'side-cars' : 'none'
    if (ends.length > 0) throw usage(`roam takes no further words, got "${ends[0]}"`)
    if (planned && sudden) throw usage('give only one of --planned and --sudden; without either, moves are mixed')
    const how = planned ? 'planned' : sudden ? 'sudden' : 'mixed'
    return runRoam({ options: { ...referenceOf(values), moves, how, kill, seed }, output, terminal, signal })
  },
})

const usage = (problem: string): Failure => new Failure(exitCode.usage, problem, 'see: vagus lab run --help')
