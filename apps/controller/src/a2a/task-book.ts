/** Tasks, written down before anybody is told, so that kill -9 neither loses nor doubles one. @module */
import { isOver, type KeptTask } from './task.ts'

export interface TaskKeeper {
  load(): readonly KeptTask[]
  /** @throws when the disk does not take it; so with `forget` */
  keep(task: KeptTask): void
  forget(id: string): void
}

/** Tasks of one agent that are not over; one more is refused. */
export const maxOpenOfOne = 16
/** Of all agents together; one more is refused. */
export const maxOpen = 512
/**
 * That are over and still told, of one agent and of all; the oldest go first, and with them the memory that their messages
 * were answered.
 */
const maxOver = { ofOne: 128, ofAll: 1024 } as const

export class TaskBook {
  readonly #keeper: TaskKeeper
  /** In the order in which they began. */
  readonly #tasks = new Map<string, KeptTask>()
  /** Ids of tasks by agent and id of a message. */
  readonly #byMessage = new Map<string, string>()
  readonly #watchers = new Set<(id: string) => void>()

  constructor(keeper: TaskKeeper) {
    this.#keeper = keeper
    for (const task of [...keeper.load()].sort((one, other) => one.begunAt - other.begunAt)) this.#set(task)
  }

  find(id: string): KeptTask | undefined {
    return this.#tasks.get(id)
  }

  /** Of the message with that id, of that agent. */
  withMessage(agent: string, message: string): KeptTask | undefined {
    return this.find(this.#byMessage.get(messageKey(agent, message)) ?? '')
  }

  get all(): readonly KeptTask[] {
    return [...this.#tasks.values()]
  }

  get open(): readonly KeptTask[] {
    return [...this.#tasks.values()].filter((task) => !isOver(task))
  }

  /** Of which somebody is to be told. */
  get withPush(): readonly KeptTask[] {
    return [...this.#tasks.values()].filter(({ push }) => push.length > 0)
  }

  /** All of an agent, the newest first. */
  of(agent: string): readonly KeptTask[] {
    return [...this.#tasks.values()].filter((task) => task.agent === agent).reverse()
  }

  /** Written down first. @throws when the disk does not take it: nothing has changed then */
  put(task: KeptTask): KeptTask {
    this.#keeper.keep(task)
    this.#set(task)
    if (isOver(task)) this.#clean(task.agent)
    this.tell(task.id)
    return task
  }

  /** Called with the id of each task that changes. @returns ends it */
  watch(watcher: (id: string) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Of artifacts that are kept elsewhere. */
  tell(id: string): void {
    for (const watcher of this.#watchers) watcher(id)
  }

  #set(task: KeptTask): void {
    this.#tasks.set(task.id, task)
    for (const { id } of task.messages) this.#byMessage.set(messageKey(task.agent, id), task.id)
  }

  #clean(agent: string): void {
    const ended = this.all.filter(isOver)
    const own = ended.filter((one) => one.agent === agent)
    const [most, among] = own.length > maxOver.ofOne ? [maxOver.ofOne, own] : [maxOver.ofAll, ended]
    for (const { id, agent: of, messages } of among.slice(0, Math.max(0, among.length - most))) {
      this.#keeper.forget(id)
      this.#tasks.delete(id)
      for (const message of messages) this.#byMessage.delete(messageKey(of, message.id))
    }
  }
}

/** No id of an agent has a space. */
const messageKey = (agent: string, message: string): string => `${agent} ${message}`
