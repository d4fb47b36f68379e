/**
 * The skill `private-line`: a task orders one line, and is done when the line is there.
 *
 *   submitted ─▶ working (booked, being set up) ─▶ completed   with the line, and the signed proof of it
 *           ├──▶ input-required                    what the order lacks, or beyond the bounds: the operator decides
 *           └──▶ rejected                          with what would be possible instead
 *
 * A task that is cancelled, or whose deadline passes, releases its line. How the task stands follows from the line alone, so
 * that whoever is killed in between finds it right afterwards.
 * @module
 */
import { durationPattern } from '@vagus/api/duration'
import { lineRequestSchema, type LineResource } from '@vagus/api/lines'
import { z } from '@hono/zod-openapi'
import { ProblemError, queryProblem } from '../../http/problem.ts'
import type { AgentLines } from '../../lines/agents/agent-lines.ts'
import { isOver, type KeptLine, type LineBook } from '../../lines/line-book.ts'
import type { Skill, Wanted } from '../skill.ts'
import type { KeptTask, TaskChange } from '../task.ts'
import { lineIn } from './line-text.ts'

export interface PrivateLineParts {
  readonly lines: AgentLines
  readonly book: LineBook
  /** What a line is, for people and programs, and its signed figures; null where nobody can sign. */
  readonly proofOf: (line: string) => string | null
  /** Names. */
  readonly sites: () => readonly string[]
}

/** What a task remembers. */
interface Matter {
  /** The line that it ordered. */
  readonly line: string
  /** It went to the operator. */
  readonly wasAsked: boolean
}

const order = z.strictObject({
  ...lineRequestSchema.partial().shape,
  release: z.string().min(1).max(64).optional(),
})
const needed = ['from', 'to', 'bitsPerSecond', 'for'] as const
const meanings: Readonly<Record<(typeof needed)[number], string>> = {
  from: 'from which site (from)',
  to: 'to which site (to)',
  bitsPerSecond: 'how many bits per second (bitsPerSecond)',
  for: 'for how long, such as 1h (for)',
}

export function privateLineSkill({ lines, book, proofOf, sites }: PrivateLineParts): Skill {
  async function take(task: KeptTask, wanted: Wanted): Promise<TaskChange> {
    const { release, ...wish } = wishOf(wanted, sites())
    if (release !== undefined) return released(await lines.release(task.agent, release))
    const lacks = needed.filter((name) => wish[name] === undefined)
    if (lacks.length > 0) return lacking(lacks, wish)
    const line = lines.order(task.agent, { ...wish, key: task.id }, 'ask')
    const matter: Matter = { line: line.id, wasAsked: line.state === 'asked' }
    return { ...changeOf(task, book.find(line.id)!, matter), matter }
  }

  /** What the line's state says of the task; undefined: nothing new. */
  function look(task: KeptTask): TaskChange | undefined {
    const matter = task.matter as Matter | null // what `take` returned
    if (matter === null) return undefined
    const line = book.find(matter.line)
    if (line === undefined) return { state: 'failed', text: `${matter.line} was over so long ago that it is forgotten` }
    const change = changeOf(task, line, matter)
    const last = task.steps.at(-1)
    const isNew = change.state !== last?.state || change.text !== last?.parts[0]?.text
    return isNew ? change : undefined
  }

  function changeOf(task: KeptTask, line: KeptLine, { wasAsked }: Matter): TaskChange {
    const { id, state, because, by } = line
    if (state === 'asked')
      return {
        state: 'input-required',
        text: `${id} waits for the operator of the network: ${because}`,
        data: { line: id, waitsFor: 'operator', because },
      }
    if (state === 'booked') return { state: 'working', text: `${id} is booked: ${because}`, data: { line: id } }
    if (state === 'setting-up') return { state: 'working', text: `${id} is prepared: ${because}`, data: { line: id } }
    if (state === 'active' || state === 'moving') return there(task, line)
    const isOwn = because === `${by.name ?? by.id} released it`
    const isRefused = wasAsked && line.approved === undefined && !isOwn
    const after = isOwn ? 'canceled' : isRefused ? 'rejected' : 'failed'
    return {
      state: after,
      text: `${id} ${state === 'failed' ? 'failed' : 'has ended'}: ${because}`,
      data: { line: id },
    }
  }

  function there({ id: task }: KeptTask, { id, wish, path, setUpMs }: KeptLine): TaskChange {
    const { from, to, bitsPerSecond, start, end } = wish
    const data = {
      line: id,
      from,
      to,
      bitsPerSecond,
      start: timeOf(start),
      end: timeOf(end),
      setUpMs,
      path: path.hops.map(({ link }) => link),
      undo: { request_type: 'private-line', data: { release: id } },
    }
    const proof = proofOf(id)
    const parts = [{ data, mediaType: 'application/json' }]
    return {
      state: 'completed',
      text: `${id} is there: ${bitsPerSecond / 1e6} Mbit/s from ${from} to ${to} until ${timeOf(end)}`,
      artifacts: [
        { id: `${task}-line`, name: 'line', parts },
        ...(proof === null
          ? []
          : [{ id: `${task}-proof`, name: 'proof', parts: [{ text: proof, mediaType: 'application/jose' }] }]),
      ],
    }
  }

  return {
    id: 'private-line',
    card: {
      name: 'Private line',
      description:
        'Orders a guaranteed rate with low delay between two sites, both ways, for a time. Data: {from, to, bitsPerSecond, ' +
        'for, start?, maxDelayMs?}, or {release: LINE}. Cancel the task to release a line that is not there yet.',
      tags: ['network', 'bandwidth'],
      examples: ['order 20 Mbit/s from dc-east to dc-west for 1h'],
    },
    claims({ text, data }) {
      const isData = 'release' in data || ('from' in data && 'to' in data)
      return isData || /\b(order|line|release)\b/i.test(text) || /\bfrom\s+\S+\s+to\s/i.test(text)
    },
    take,
    look,
    isAnswerable: ({ matter }) => matter === null,
    async cancel({ agent, id, matter }) {
      // Killed before it was noted, the line is known by its key.
      const line = (matter as Matter | null)?.line ?? book.withKey(`${agent} ${id}`)?.id
      if (line === undefined) return
      await lines.release(agent, line).catch((error: unknown) => {
        const left = book.find(line)
        if (left !== undefined && !isOver(left)) throw error // else it failed while this waited for its turn
      })
    },
  }
}

/** @throws {ProblemError} 400 */
function wishOf({ text, data }: Wanted, sites: readonly string[]): z.infer<typeof order> {
  const [, release] = /\brelease\s+(line-\d+)\b/i.exec(text) ?? []
  const said = release === undefined ? lineIn(text, sites) : { release }
  const read = order.safeParse({ ...said, ...data })
  if (read.success) return read.data
  throw new ProblemError(queryProblem(read.error.issues, Object.keys(order.shape), { ...said, ...data }))
}

function lacking(lacks: readonly (typeof needed)[number][], has: object): TaskChange {
  const what = lacks.map((name) => meanings[name]).join(', ')
  const schema = { for: durationPattern.source, bitsPerSecond: 'number' }
  return {
    state: 'input-required',
    text: `The order lacks ${what}. Say it in another message for this task.`,
    data: { lacks, has, schema },
  }
}

const released = ({ id, because }: LineResource): TaskChange => ({
  state: 'completed',
  text: `${id} has ended: ${because}`,
  data: { line: id, because },
})

const timeOf = (at: number): string => new Date(at).toISOString()
