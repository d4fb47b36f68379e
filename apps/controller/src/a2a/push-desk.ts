/**
 * Push notifications (A2A 1.0 §4.3): changes of a task for an agent that holds no stream. They go to agents of the fleet
 * alone, through the side-car and over its sessions: no URL of a caller is ever fetched, so nobody has the controller ask
 * what the caller itself cannot reach.
 *
 * What was told is written down after it was taken, so that after kill -9 a change may come twice, with the same
 * messageId, and none is lost. Too many failures in a row end it: the subscriber is shown so, and may ask again.
 * @module
 */
import { StreamResponse, TaskPushNotificationConfig } from '@a2a-js/sdk'
import { RequestMalformedError, UnsupportedOperationError } from '@a2a-js/sdk/errors'
import { isAgentId, isAgentName } from '@vagus/identity'
import { AskRate } from '../lines/agents/ask-rate.ts'
import { isOver, type KeptTask, type TaskPush, type Told } from './task.ts'
import type { TaskDesk } from './task-desk.ts'
import { isPaused, newsOf, toldAll } from './task-json.ts'

/** Of a task; one more is refused. */
const maxPushes = 4
const maxUrl = 512
/** A token goes into a header as it is. */
const tokenPattern = /^[\x21-\x7e]{0,256}$/
/** UTF-16 units of an id that a caller makes. */
const maxId = 256
/** Of one agent; each is written down. One more is refused. */
const changesPerMinute = 30
/** Milliseconds between two tries, doubled with each failure. */
const retryMs = 2000
/** Tasks of which something is being told at once; the others wait. */
const maxAtOnce = 16

/** Posts JSON to a path of an agent of the fleet, by its id. @throws where it was not taken */
export type PostTo = (agent: string, path: string, token: string, json: string) => Promise<void>

export interface PushDeskParts {
  readonly desk: TaskDesk
  readonly post: PostTo
  readonly newId: () => string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

export class PushDesk {
  readonly #parts: PushDeskParts
  /** By task and configuration. */
  readonly #busy = new Set<string>()
  /** When the next try may be, milliseconds since 1970. */
  readonly #notBefore = new Map<string, number>()
  readonly #rate = new AskRate(changesPerMinute)

  constructor(parts: PushDeskParts) {
    this.#parts = parts
  }

  /** @throws {RequestMalformedError} */
  check({ agent, name }: Pick<KeptTask, 'agent' | 'name'>, config: TaskPushNotificationConfig): void {
    const { id, url, token, authentication } = config
    if (url.length > maxUrl) throw new RequestMalformedError(`"url" has at most ${maxUrl} characters`)
    if (id.length > maxId) throw new RequestMalformedError(`"id" has at most ${maxId} characters`)
    if (!tokenPattern.test(token))
      throw new RequestMalformedError('"token" has at most 256 characters: printable ASCII, no space')
    const place = placeOf(url)
    if (place === undefined || (place.agent !== agent && place.agent !== name))
      throw new RequestMalformedError(
        `"url" must be vagus:${name}/PATH, you and a path of your own server: the network tells nobody else, got "${url}"`,
      )
    if (authentication !== undefined)
      throw new RequestMalformedError(
        '"authentication" is not taken: the session proves who tells; use "token" for yours',
      )
  }

  /** What comes from now on is told. @throws {RequestMalformedError}, {UnsupportedOperationError} */
  create(task: KeptTask, config: TaskPushNotificationConfig): TaskPushNotificationConfig {
    this.check(task, config)
    this.#refuseTooOften(task)
    const { desk, newId } = this.#parts
    const id = config.id === '' ? newId() : config.id
    const others = this.#current(task).push.filter((one) => one.id !== id)
    if (others.length >= maxPushes)
      throw new UnsupportedOperationError(`a task has at most ${maxPushes} push configurations; delete one first`)
    const told = toldAll(task, desk.artifactsOf(task))
    const made: TaskPush = { id, url: config.url, token: config.token, told, failures: 0 }
    desk.book.put({ ...this.#current(task), push: [...others, made] })
    return shown(task, made)
  }

  /** @throws {RequestMalformedError} */
  find(task: KeptTask, id: string): TaskPushNotificationConfig {
    const found = task.push.find((one) => one.id === id)
    if (found === undefined) throw new RequestMalformedError(`${task.id} has no push configuration "${id}"`)
    return shown(task, found)
  }

  all(task: KeptTask): TaskPushNotificationConfig[] {
    return task.push.map((one) => shown(task, one))
  }

  /** @throws {UnsupportedOperationError} */
  remove(task: KeptTask, id: string): void {
    if (task.push.every((one) => one.id !== id)) return
    this.#refuseTooOften(task)
    this.#notBefore.delete(keyOf(task.id, id))
    this.#parts.desk.book.put({ ...task, push: task.push.filter((one) => one.id !== id) })
  }

  /** Tells what has not been told; to be called after changes and once a second. */
  step(): void {
    const { desk, now } = this.#parts
    for (const { task, push } of this.#due()) {
      const key = keyOf(task.id, push.id)
      if (this.#busy.size >= maxAtOnce) return
      if (this.#busy.has(key) || now() < (this.#notBefore.get(key) ?? 0)) continue
      const [next] = newsOf(task, desk.artifactsOf(task), push.told)
      if (next === undefined) continue
      this.#busy.add(key)
      void this.#tell(task.id, push, next).finally(() => {
        this.#busy.delete(key)
        this.step()
      })
    }
  }

  #due(): readonly { readonly task: KeptTask; readonly push: TaskPush }[] {
    return this.#parts.desk.book.withPush.flatMap((task) =>
      task.push.filter((push) => !isPaused(push)).map((push) => ({ task, push })),
    )
  }

  async #tell(
    id: string,
    push: TaskPush,
    { event, told }: { readonly event: StreamResponse; readonly told: Told },
  ): Promise<void> {
    const { post, now, report } = this.#parts
    const key = keyOf(id, push.id)
    const { agent, name } = this.#parts.desk.book.find(id)!
    const { path } = placeOf(push.url)!
    try {
      await post(agent, path, push.token, JSON.stringify(StreamResponse.toJSON(event)))
      this.#notBefore.delete(key)
      this.#note(id, push, { told, failures: 0 })
    } catch (error) {
      const failures = push.failures + 1
      const isGone = this.#parts.desk.book.find(id)?.push.some((one) => one.id === push.id) !== true
      if (isGone || isPaused({ failures })) this.#notBefore.delete(key)
      else this.#notBefore.set(key, now() + retryMs * 2 ** push.failures)
      this.#note(id, push, { told: push.told, failures })
      if (isPaused({ failures }))
        report(`${name} takes no news of ${id}, and is told no more of them: ${(error as Error).message}`)
    }
  }

  #note(id: string, { id: push }: TaskPush, change: Pick<TaskPush, 'told' | 'failures'>): void {
    const { desk, report } = this.#parts
    const task = desk.book.find(id)
    if (task === undefined) return
    // Of a task that is over and told to the end nothing need be kept.
    const done = isOver(task) && [...newsOf(task, desk.artifactsOf(task), change.told)].length === 0
    const after = task.push.flatMap((one) => {
      if (one.id !== push) return [one]
      return done ? [] : [{ ...one, ...change }]
    })
    try {
      desk.book.put({ ...task, push: after })
    } catch (error) {
      report(`what was told of ${id} could not be written down: ${String(error)}`)
    }
  }

  #refuseTooOften({ agent, name }: KeptTask): void {
    const wait = this.#rate.ask(agent, this.#parts.now())
    if (wait > 0)
      throw new UnsupportedOperationError(
        `${name} may change ${changesPerMinute} push configurations a minute; again in ${Math.ceil(wait / 1000)} s`,
      )
  }

  #current(task: KeptTask): KeptTask {
    return this.#parts.desk.book.find(task.id) ?? task
  }
}

const keyOf = (task: string, push: string): string => `${task} ${push}`

/** `vagus:writer/push`, `vagus:did:key:z6Mk…/push`. The path is one that no server reads in two ways. */
function placeOf(url: string): { readonly agent: string; readonly path: string } | undefined {
  const [, agent = '', path = ''] = /^vagus:([^/]+)(\/[A-Za-z0-9._~/-]*)$/.exec(url) ?? []
  if (!isAgentId(agent) && !isAgentName(agent)) return undefined
  return path === '' || path.split('/').includes('..') ? undefined : { agent, path }
}

const shown = ({ id: taskId }: KeptTask, { id, url, token }: TaskPush): TaskPushNotificationConfig =>
  TaskPushNotificationConfig.fromJSON({ id, taskId, url, token })
