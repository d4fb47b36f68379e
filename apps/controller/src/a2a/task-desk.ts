/** Takes tasks from agents of the fleet, gives them to skills, and says how they stand. @module */
import {
  RequestMalformedError,
  TaskNotCancelableError,
  TaskNotFoundError,
  UnsupportedOperationError,
} from '@a2a-js/sdk/errors'
import { ProblemError } from '../http/problem.ts'
import { AskRate } from '../lines/agents/ask-rate.ts'
import { type AskedTask, wantedOf } from './request.ts'
import type { Skill } from './skill.ts'
import { changed, isOver, type KeptTask, type TaskArtifact, type TaskChange } from './task.ts'
import { maxOpen, maxOpenOfOne, type TaskBook } from './task-book.ts'

/** Who asks, by what its session proved and the owner of its fleet says. */
export interface Caller {
  readonly agent: string
  readonly name: string
}

export interface TaskDeskParts {
  readonly book: TaskBook
  readonly skills: readonly Skill[]
  /** Why the policies of the fleet do not let the agent use the skill; undefined: they do. */
  readonly refusalOf: (agent: string, operation: AskedTask['operation'], skill: string) => string | undefined
  /** Why the agent has no tasks here any more; undefined: it may have some. */
  readonly barred: (agent: string) => string | undefined
  /** Never the same twice, and not to be guessed. */
  readonly newId: () => string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** Messages of one task; one more is refused. */
const maxMessages = 16
/** Of all of them together, UTF-16 units as JSON; one more is refused. */
const maxSaid = 49_152
/** New messages of one agent within a minute; one more is refused. */
const messagesPerMinute = 60

const lineSkill = 'private-line'
/** Else whoever follows the documentation is told only that it is not clear what they want. */
const withoutLines = 'this network takes no orders for private lines: its vagus.yaml has no "lines"'

export class TaskDesk {
  readonly #parts: TaskDeskParts
  readonly #stop = new AbortController()
  readonly #rate = new AskRate(messagesPerMinute)
  /** What ends the taking of a task by its skill, by id. */
  readonly #taking = new Map<string, AbortController>()
  readonly #ending = new Set<string>()

  constructor(parts: TaskDeskParts) {
    this.#parts = parts
  }

  get book(): TaskBook {
    return this.#parts.book
  }

  get skills(): readonly Skill[] {
    return this.#parts.skills
  }

  /** Goes on with tasks that a restart or a full disk cut off; to be called at the start and once a second. */
  step(): void {
    for (const { id, state } of this.book.open) if (state === 'submitted' && !this.#taking.has(id)) this.#take(id)
    this.look()
  }

  /**
   * The task that the message begins, continues, or has begun before; a text, where it is not clear what is wanted.
   * @throws {A2AError} where it cannot be taken
   */
  send(caller: Caller, asked: AskedTask): KeptTask | string {
    const before = this.book.withMessage(caller.agent, asked.said.id)
    if (before !== undefined) {
      const said = before.messages.find(({ id }) => id === asked.said.id)
      if (said?.digest === asked.said.digest) return before
      throw new RequestMalformedError(`messageId "${asked.said.id}" came with other parts; a new message has a new id`)
    }
    this.#stop.signal.throwIfAborted()
    const wait = this.#rate.ask(caller.agent, this.#parts.now())
    if (wait > 0)
      throw new UnsupportedOperationError(
        `${caller.name} may send ${messagesPerMinute} messages a minute; again in ${Math.ceil(wait / 1000)} s`,
      )
    return asked.taskId === undefined ? this.#new(caller, asked) : this.#goOn(caller, asked.taskId, asked)
  }

  /** @throws {TaskNotFoundError} also for those of others */
  find(caller: Pick<Caller, 'agent'>, id: string): KeptTask {
    const task = this.book.find(id)
    if (task === undefined || task.agent !== caller.agent)
      throw new TaskNotFoundError(`there is no task "${id}" of yours`)
    return task
  }

  artifactsOf(task: KeptTask): readonly TaskArtifact[] {
    return this.#skillOf(task)?.artifactsOf?.(task) ?? task.artifacts
  }

  /** Whether nothing becomes of the task before its caller says more. */
  waitsForCaller(task: KeptTask): boolean {
    return task.state === 'input-required' && this.#skillOf(task)?.isAnswerable?.(task) !== false
  }

  /** @throws {TaskNotFoundError}, {TaskNotCancelableError} */
  async cancel(caller: Caller, id: string): Promise<KeptTask> {
    const task = this.find(caller, id)
    if (task.state === 'canceled') return task
    if (isOver(task)) throw new TaskNotCancelableError(`${id} is ${task.state}: there is nothing to cancel`)
    await this.#end(task, { state: 'canceled', text: `${caller.name} canceled it` })
    return this.book.find(id)!
  }

  /** Says what has become of open tasks; to be called after each change that they may be about. */
  look(): void {
    const now = this.#parts.now()
    for (const task of this.book.open) {
      if (this.#taking.has(task.id) || this.#ending.has(task.id)) continue
      const barred = this.#parts.barred(task.agent)
      if (barred !== undefined) {
        this.#put(task.id, { state: 'failed', text: barred }) // what it had begun ends for the same reason
        continue
      }
      const skill = this.#skillOf(task)
      try {
        const change = skill?.look?.(task, now)
        if (change !== undefined) this.#put(task.id, change)
        else if (task.deadline !== null && task.deadline <= now && skill?.isMet?.(task) !== true) this.#expire(task)
      } catch (error) {
        this.#put(task.id, this.#problemOf(error, task.id))
      }
    }
  }

  /** What is under way is taken up again after the next start. */
  stop(): void {
    this.#stop.abort(new UnsupportedOperationError('the controller stops; send the same message again'))
  }

  #new(caller: Caller, asked: AskedTask): KeptTask | string {
    const { book, refusalOf, newId, now } = this.#parts
    const skill = this.#skillFor(asked)
    if (skill === undefined) return this.#help()
    const refusal = refusalOf(caller.agent, asked.operation, skill.id)
    if (refusal !== undefined) throw new UnsupportedOperationError(refusal)
    const own = book.open.filter(({ agent }) => agent === caller.agent).length
    if (own >= maxOpenOfOne)
      throw new UnsupportedOperationError(
        `${caller.name} has ${own} tasks that are not over, as many as an agent may have`,
      )
    if (book.open.length >= maxOpen)
      throw new UnsupportedOperationError(`${maxOpen} tasks are not over; ask again later`)
    const begunAt = now()
    const { deadline } = asked
    const id = newId()
    const fresh = freshTask(asked, { id, contextId: newId(), ...caller, skill: skill.id, begunAt })
    if (deadline !== null && deadline <= begunAt) {
      const text = 'its response_deadline was over when it came; nothing was begun'
      return book.put(changed(fresh, { state: 'rejected', text }, begunAt))
    }
    const task = book.put(changed(fresh, { state: 'submitted' }, begunAt))
    this.#take(id)
    return task
  }

  #goOn(caller: Caller, id: string, { said, contextId, skill, operation }: AskedTask): KeptTask {
    const { book, refusalOf, now } = this.#parts
    const task = this.find(caller, id)
    if (contextId !== undefined && contextId !== task.contextId)
      throw new RequestMalformedError(`${id} has the contextId "${task.contextId}"`)
    if (skill !== undefined && skill !== task.skill)
      throw new RequestMalformedError(`${id} is of request_type "${task.skill}"`)
    if (isOver(task))
      throw new UnsupportedOperationError(`${id} is ${task.state}; a message without taskId begins another`)
    if (!this.waitsForCaller(task) || this.#taking.has(id))
      throw new UnsupportedOperationError(`${id} is ${task.state}, and waits for nothing from you`)
    if (task.messages.length >= maxMessages)
      throw new UnsupportedOperationError(`${id} has ${maxMessages} messages; begin another task`)
    if (JSON.stringify([...task.messages, said]).length > maxSaid)
      throw new UnsupportedOperationError(
        `the messages of ${id} are longer than ${maxSaid} characters; begin another task`,
      )
    const refusal = refusalOf(caller.agent, operation, task.skill)
    if (refusal !== undefined) throw new UnsupportedOperationError(refusal)
    const next = { ...task, messages: [...task.messages, said] }
    const after = book.put(changed(next, { state: 'submitted' }, now()))
    this.#take(id)
    return after
  }

  /** @throws {RequestMalformedError} where the request names one that there is not */
  #skillFor({ skill: named, said }: AskedTask): Skill | undefined {
    const { skills } = this.#parts
    if (named === undefined) {
      const wanted = wantedOf([said])
      return skills.find((skill) => skill.claims(wanted))
    }
    const found = skills.find(({ id }) => id === named)
    if (found !== undefined) return found
    const ids = skills.map(({ id }) => id).join(', ')
    const why = named === lineSkill ? `; ${withoutLines}` : ''
    throw new RequestMalformedError(`there is no request_type "${named}" here; there are ${ids}${why}`)
  }

  #help(): string {
    const examples = this.#parts.skills.flatMap(({ card }) => card.examples.slice(0, 1))
    const hasLines = this.#parts.skills.some(({ id }) => id === lineSkill)
    const lines = examples.map((one) => `  ${one}`).join('\n')
    return `It is not clear what you want of the network. Say, for example:\n${lines}${hasLines ? '' : `\n(${withoutLines})`}`
  }

  #take(id: string): void {
    const ending = new AbortController()
    this.#taking.set(id, ending)
    void this.#taken(id, AbortSignal.any([this.#stop.signal, ending.signal])).finally(() => {
      this.#taking.delete(id)
      if (!this.#stop.signal.aborted) this.look()
    })
  }

  async #taken(id: string, signal: AbortSignal): Promise<void> {
    // A turn later: who sent it hears first that it is submitted.
    await Promise.resolve()
    const task = this.book.find(id)!
    try {
      const change = await this.#skillOf(task)!.take(task, wantedOf(task.messages), signal)
      if (!signal.aborted) this.#put(id, change)
    } catch (error) {
      if (!signal.aborted) this.#put(id, this.#problemOf(error, id))
    }
  }

  #expire(task: KeptTask): void {
    const text = `its response_deadline of ${new Date(task.deadline!).toISOString()} passed before it was done; what it had begun was undone`
    this.#end(task, { state: 'failed', text }).catch((error: unknown) => {
      this.#parts.report(`${task.id} is over, but not undone: ${String(error)}`)
    })
  }

  async #end(task: KeptTask, change: TaskChange): Promise<void> {
    if (this.#ending.has(task.id)) return
    this.#ending.add(task.id)
    try {
      await this.#skillOf(task)?.cancel?.(task)
      this.#put(task.id, change)
      this.#taking.get(task.id)?.abort()
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      throw new TaskNotCancelableError(error.message)
    } finally {
      this.#ending.delete(task.id)
    }
  }

  /** Unless it is over by now: what has ended stays as it ended. */
  #put(id: string, change: TaskChange): void {
    const { book, now, report } = this.#parts
    const task = book.find(id)
    if (task === undefined || isOver(task)) return
    try {
      book.put(changed(task, change, now()))
    } catch (error) {
      report(`${id} could not be written down, and is tried again: ${String(error)}`)
    }
  }

  #problemOf(error: unknown, id: string): TaskChange {
    if (error instanceof ProblemError) {
      const { status } = error.problem
      return { state: status < 500 ? 'rejected' : 'failed', text: error.message }
    }
    this.#parts.report(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return { state: 'failed', text: 'the controller failed to do it; its log says why' }
  }

  #skillOf({ skill }: Pick<KeptTask, 'skill'>): Skill | undefined {
    return this.#parts.skills.find(({ id }) => id === skill)
  }
}

type Given = Pick<KeptTask, 'id' | 'contextId' | 'agent' | 'name' | 'skill' | 'begunAt'>

const freshTask = ({ said, contextId, priority, deadline }: AskedTask, given: Given): KeptTask => ({
  ...given,
  contextId: contextId ?? given.contextId,
  state: 'submitted',
  steps: [],
  artifacts: [],
  messages: [said],
  priority,
  deadline,
  matter: null,
  push: [],
})
