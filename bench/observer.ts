/**
 * What an observer of the wire learns of sessions that it cannot read: which task is done, which agent does it, and which session
 * of one network goes on in another. It sees lengths, directions, times and five-tuples, learns from half of the sessions with
 * labels, and guesses those of the others. Simulated time and seeds, so every run gives the same.
 * @module
 */
import type { Row } from '../scripts/bench.ts'
import { covered } from './observer/cover.ts'
import { octetsOf, withoutLengths } from './observer/features.ts'
import { bestOf, type Guessed, guessesOf } from './observer/guessing.ts'
import { linked } from './observer/linking.ts'
import { companions, type Move } from './observer/moves.ts'
import { type Accuracy, wilson } from './observer/score.ts'
import { agentsUnder, type Observed, type Protection, tasksUnder, toolsUnder } from './observer/sessions.ts'
import { taskNames } from './observer/tasks.ts'
import type { Trace } from './observer/trace.ts'

const runs = 100
const tools = 12
const crowd = { agents: 10, sessions: 120, tasks: 8, seed: 1 }
const together = 8
const groups = 80
/** A constant rate as onion routers have it, slow enough for a mobile link. */
const cover = { every: 100, block: 50 }

const ours = ['none', 'padme', 'classes'] as const
const named: Readonly<Record<Protection, string>> = {
  tls: 'records of TLS',
  none: 'ours, not padded',
  padme: 'ours, PADMÉ',
  classes: 'ours, three lengths',
}

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  const tasks = underEach('tasks', (protection) => tasksUnder(protection, runs), progress)
  const calls = underEach('tools', (protection) => toolsUnder(protection, tools, runs), progress)
  const agents = underEach('agents', (protection) => agentsUnder(protection, crowd), progress)
  return [
    ...guessRows(`which of ${taskNames.length} tasks`, tasks, taskNames.length),
    coverRow(tasks),
    ...guessRows(`which of ${tools} tools of a server`, calls, tools),
    ...guessRows(`which of ${crowd.agents} agents with the same mix of tasks`, agents, crowd.agents),
    ...costRows(tasks),
    ...(['sudden', 'planned'] as const).flatMap((move) =>
      ours.map((padding) => {
        progress(`moves: ${move}, ${named[padding]}`)
        return moveRow(move, padding)
      }),
    ),
  ]
}

type Each = ReadonlyMap<Protection, readonly Observed[]>

function underEach(
  what: string,
  observe: (protection: Protection) => readonly Observed[],
  progress: (line: string) => void,
): Each {
  return new Map(
    (['tls', ...ours] as const).map((protection) => {
      progress(`${what}: ${named[protection]}`)
      return [protection, observe(protection)]
    }),
  )
}

function guessRows(question: string, each: Each, classes: number): readonly Row[] {
  const guess = (protection: Protection): Guessed => guessesOf(each.get(protection)!, classes)
  const tls = guess('tls')
  const blind = guessesOf(
    each.get('none')!.map(({ trace, label }) => ({ trace: withoutLengths(trace), label })),
    classes,
  )
  return ours.map((padding): Row => {
    const guessed = guess(padding)
    const [best, peer] = [bestOf(guessed), bestOf(tls)]
    return {
      claim: `${question} is guessed right: ${named[padding]}; peer: records of TLS`,
      unit: 'share',
      ours: best.accuracy,
      peer: peer.accuracy,
      ratio: peer.accuracy / best.accuracy,
      aim: `chance, ${(1 / classes).toFixed(3)}`,
      note: [
        `forest ${told(guessed.forest)}; 5 nearest ${told(guessed.neighbours)}`,
        ...(padding === 'none'
          ? [
              `records of TLS: forest ${told(tls.forest)}; 5 nearest ${told(tls.neighbours)}`,
              `not padded, but by directions and times alone: ${told(bestOf(blind))}`,
            ]
          : []),
      ].join('\n  '),
    }
  })
}

const told = ({ accuracy, f1, interval }: Accuracy): string =>
  `${accuracy.toFixed(3)} (${interval.from.toFixed(3)} to ${interval.to.toFixed(3)}), F1 ${f1.toFixed(3)}`

/** What no padding of lengths can do, and what that would cost: it is not built. */
function coverRow(tasks: Each): Row {
  const plain = tasks.get('none')!
  const all = plain.map(({ trace, label }) => ({ ...covered(trace, cover), label }))
  const best = bestOf(guessesOf(all, taskNames.length))
  const times = (which: (label: number) => boolean): string => {
    const octets = (some: readonly { readonly trace: Trace; readonly label: number }[]): number =>
      some.filter(({ label }) => which(label)).reduce((sum, { trace }) => sum + octetsOf(trace), 0)
    return (octets(all) / octets(plain)).toFixed(1)
  }
  const files = all.filter(({ label }) => !isLight(label)).map(({ later }) => later / 1000)
  return {
    claim: `the same, if each way carried a packet of 1,200 octets every ${cover.every} ms in blocks of ${(cover.every * cover.block) / 1000} s (not built); peer: ours, not padded`,
    unit: 'share',
    ours: best.accuracy,
    peer: bestOf(guessesOf(plain, taskNames.length)).accuracy,
    ratio: null,
    aim: `chance, ${(1 / taskNames.length).toFixed(3)}`,
    note: `${told(best)}; ${times(() => true)} times the octets, without files ${times(isLight)}; files end ${(files.reduce((sum, one) => sum + one, 0) / files.length).toFixed(0)} s later in the mean`,
  }
}

const isLight = (label: number): boolean => !taskNames[label]!.startsWith('file')

/** What the same tasks take. */
function costRows(tasks: Each): readonly Row[] {
  const sum = (protection: Protection, of: (seen: Observed) => number, which: (label: number) => boolean): number =>
    tasks
      .get(protection)!
      .filter(({ label }) => which(label))
      .reduce((total, seen) => total + of(seen), 0)
  const octets = ({ trace }: Observed): number => octetsOf(trace)
  const every = (): boolean => true
  const plain = sum('none', octets, every)
  const time = ({ took }: Observed): number => took / (runs * taskNames.length)
  const compared = (protection: Protection): string => {
    const more = sum(protection, time, every) - sum('none', time, every)
    return `${Math.abs(more).toFixed(0)} ms ${more < 0 ? 'less' : 'more'}`
  }
  return (['tls', 'padme', 'classes'] as const).map((protection): Row => {
    const light = sum(protection, octets, isLight) / sum('none', octets, isLight)
    const telemetry = (label: number): boolean => taskNames[label] === 'telemetry'
    return {
      claim: `octets of all tasks: ${named[protection]}; peer: ours, not padded`,
      unit: 'MB',
      ours: sum(protection, octets, every) / 1e6,
      peer: plain / 1e6,
      ratio: plain / sum(protection, octets, every),
      aim: '–',
      note: `without files ${light.toFixed(2)} times as many, telemetry ${(sum(protection, octets, telemetry) / sum('none', octets, telemetry)).toFixed(2)}; a task takes ${compared(protection)} in the mean`,
    }
  })
}

function moveRow(move: Move, padding: (typeof ours)[number]): Row {
  const all = Array.from({ length: groups }, (_, group) => companions(group + 1, { move, padding, together }))
  const [full, timing] = [linked(all, 'all'), linked(all, 'times of the move')]
  const share = ({ right, of }: { readonly right: number; readonly of: number }): string => {
    const { from, to } = wilson(right, of)
    return `${(right / of).toFixed(3)} (${from.toFixed(3)} to ${to.toFixed(3)})`
  }
  const ids = all.flat().reduce((sum, { sameIds }) => sum + sameIds, 0)
  return {
    claim: `a ${move} move, ${together} agents within 2 s: which goes on as which is guessed right: ${named[padding]}; peer: by the times of the move alone`,
    unit: 'share',
    ours: full.right / full.of,
    peer: timing.right / timing.of,
    ratio: null,
    aim: `chance, ${(1 / together).toFixed(3)}`,
    note: `${share(full)}, by times alone ${share(timing)}; connection ids seen on both networks: ${ids} in ${groups * together} moves`,
  }
}
