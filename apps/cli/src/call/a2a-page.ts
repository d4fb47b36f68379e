/** Events of an A2A call for people: parts of artifacts and messages as text, task states as talk. @module */
import {
  type Message,
  type Part,
  type StreamResponse,
  type TaskArtifactUpdateEvent,
  TaskState,
  taskStateToJSON,
} from '@a2a-js/sdk'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { oneLine, type Page } from './page.ts'

const { TASK_STATE_SUBMITTED, TASK_STATE_WORKING, TASK_STATE_COMPLETED, TASK_STATE_FAILED, TASK_STATE_REJECTED } =
  TaskState
const { TASK_STATE_INPUT_REQUIRED, TASK_STATE_AUTH_REQUIRED } = TaskState
/** A message with one of these states is progress; with any other it is part of the answer. */
const underway: readonly TaskState[] = [TASK_STATE_SUBMITTED, TASK_STATE_WORKING]
const waiting: readonly TaskState[] = [TASK_STATE_INPUT_REQUIRED, TASK_STATE_AUTH_REQUIRED]
/** A message with one of these states gives the reason. */
const refusals: readonly TaskState[] = [TASK_STATE_FAILED, TASK_STATE_REJECTED]

export class A2aPage {
  readonly #agent: string
  readonly #page: Page
  /** Ids of artifacts of which a part was printed. */
  readonly #printed = new Set<string>()
  #artifact = ''
  #state: TaskState | undefined
  #why = ''
  /** What it waits for: in its way while the stream goes on, the answer where it ends so. */
  #question = ''
  #hasAnswer = false

  constructor(agent: string, page: Page) {
    this.#agent = agent
    this.#page = page
  }

  add({ payload }: StreamResponse): void {
    if (payload?.$case === 'message') {
      this.#hasAnswer = true
      this.#page.block(this.#textOf(payload.value.parts))
    } else if (payload?.$case === 'artifactUpdate') {
      this.#artifactPart(payload.value)
    } else if (payload?.$case === 'statusUpdate') {
      this.#status(payload.value.status?.state, payload.value.status?.message)
    } else if (payload?.$case === 'task') {
      // A task that is repeated at the end holds artifacts that already came as events.
      for (const artifact of payload.value.artifacts)
        if (!this.#printed.has(artifact.artifactId)) this.#artifactPart({ artifact, append: false })
      this.#status(payload.value.status?.state, payload.value.status?.message)
    }
  }

  /** @throws {Failure} when the task was not completed */
  end(): void {
    this.#page.endLine()
    if (this.#state === undefined && !this.#hasAnswer)
      throw new Failure(exitCode.failed, `${this.#agent} ended without an answer`, 'see what its server prints')
    if (this.#state === undefined || this.#state === TASK_STATE_COMPLETED) return
    const state = stateText(this.#state)
    if (waiting.includes(this.#state)) {
      this.#page.block(this.#question)
      const fix = 'put all it needs in one message, or continue the task from a program with @a2a-js/sdk'
      throw new Failure(exitCode.failed, `the task of ${this.#agent} waits: ${state}`, fix)
    }
    const why = this.#why === '' ? '' : `: ${oneLine(this.#why)}`
    throw new Failure(exitCode.failed, `the task of ${this.#agent} ended ${state}${why}`)
  }

  #artifactPart({ artifact, append }: Pick<TaskArtifactUpdateEvent, 'artifact' | 'append'>): void {
    if (artifact === undefined) return
    const { artifactId, name, parts } = artifact
    if (artifactId !== this.#artifact || !append) this.#page.endLine()
    if (name !== '' && !this.#printed.has(artifactId)) this.#page.talk(`${this.#agent}: artifact ${name}`)
    this.#artifact = artifactId
    this.#printed.add(artifactId)
    this.#page.text(this.#textOf(parts))
  }

  #status(state: TaskState | undefined, message: Message | undefined): void {
    const said = message === undefined ? '' : this.#saidOf(message.parts)
    const before = this.#state
    this.#state = state
    if (state === undefined || (state === before && said === '')) return
    const isWaiting = waiting.includes(state)
    const isProgress = underway.includes(state) || isWaiting
    this.#question = isWaiting ? said : ''
    this.#page.talk(`${this.#agent}: ${stateText(state)}${isProgress && said !== '' ? `: ${said}` : ''}`)
    if (refusals.includes(state)) this.#why = said
    else if (!isProgress && said !== '') this.#page.block(said)
  }

  /** Of a status: what is for people, where there is such a thing. */
  #saidOf(parts: readonly Part[]): string {
    const texts = parts.filter(({ content }) => content?.$case === 'text')
    return this.#textOf(texts.length === 0 ? parts : texts)
  }

  #textOf(parts: readonly Part[]): string {
    let text = ''
    for (const part of parts) {
      const isOwnLine = part.content?.$case === 'data' || part.content?.$case === 'url'
      if (isOwnLine && text !== '' && !text.endsWith('\n')) text += '\n'
      text += this.#partText(part)
    }
    return text
  }

  #partText({ content, filename, mediaType }: Part): string {
    if (content?.$case === 'text') return content.value
    if (content?.$case === 'data') return `${JSON.stringify(content.value)}\n`
    if (content?.$case === 'url') return `${content.value}\n`
    if (content?.$case === 'raw') {
      const what = [filename, mediaType].filter((word) => word !== '').join(', ')
      this.#page.talk(`${this.#agent}: a file of ${content.value.length} octets (${what}), left out; --json prints it`)
    }
    return ''
  }
}

/** `TASK_STATE_INPUT_REQUIRED` as `input-required`. */
const stateText = (state: TaskState): string =>
  taskStateToJSON(state)
    .replace(/^TASK_STATE_/, '')
    .toLowerCase()
    .replaceAll('_', '-')
