/** The operations of A2A 1.0 (§3.1) over the tasks of the network, for the transports of the SDK. @module */
import {
  type AgentCard,
  type CancelTaskRequest,
  type DeleteTaskPushNotificationConfigRequest,
  type GetTaskPushNotificationConfigRequest,
  type GetTaskRequest,
  type ListTaskPushNotificationConfigsRequest,
  type ListTaskPushNotificationConfigsResponse,
  type ListTasksRequest,
  type ListTasksResponse,
  Message,
  type SendMessageRequest,
  type StreamResponse,
  type SubscribeToTaskRequest,
  type Task,
  type TaskPushNotificationConfig,
  TaskState,
} from '@a2a-js/sdk'
import {
  ExtendedAgentCardNotConfiguredError,
  PushNotificationNotSupportedError,
  RequestMalformedError,
  UnsupportedOperationError,
} from '@a2a-js/sdk/errors'
import type { A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server'
import type { PushDesk } from './push-desk.ts'
import { type AskedTask, askedTask } from './request.ts'
import { isOver, type KeptTask } from './task.ts'
import type { Caller, TaskDesk } from './task-desk.ts'
import { taskOf } from './task-json.ts'
import { settled, taskStream } from './task-stream.ts'

/** SendMessage waits for the end of a task for so long, milliseconds; then it is answered with the task as it is. */
const maxBlocking = 60_000
/** Tasks of a page (§3.1.4). */
const pages = { usual: 50, most: 100 } as const

/** Of the call: who asks, and when it leaves. In its state, since `User` of the SDK has one name only. */
export const callerKey = 'vagus.caller'
export const signalKey = 'vagus.signal'

export interface NetworkAgentParts {
  readonly desk: TaskDesk
  readonly card: AgentCard
  /** Undefined where the controller cannot call other agents. */
  readonly push: PushDesk | undefined
  readonly newId: () => string
}

export class NetworkAgent implements A2ARequestHandler {
  readonly #parts: NetworkAgentParts

  constructor(parts: NetworkAgentParts) {
    this.#parts = parts
  }

  async getAgentCard(): Promise<AgentCard> {
    return this.#parts.card
  }

  async getAuthenticatedExtendedAgentCard(): Promise<AgentCard> {
    throw new ExtendedAgentCardNotConfiguredError('the card says all that there is')
  }

  async sendMessage(params: SendMessageRequest, context: ServerCallContext): Promise<Message | Task> {
    const sent = this.#sent(params, context, 'SendMessage')
    if (typeof sent === 'string') return this.#message(sent)
    const { returnImmediately, historyLength } = params.configuration ?? {}
    if (returnImmediately !== true) await settled(this.#parts.desk, sent.id, maxBlocking, signalOf(context))
    return this.#task(this.#parts.desk.book.find(sent.id) ?? sent, historyLength)
  }

  async *sendMessageStream(
    params: SendMessageRequest,
    context: ServerCallContext,
  ): AsyncGenerator<StreamResponse, void> {
    const sent = this.#sent(params, context, 'SendStreamingMessage')
    if (typeof sent === 'string') yield { payload: { $case: 'message', value: this.#message(sent) } }
    else yield* taskStream(this.#parts.desk, sent.id, signalOf(context))
  }

  async getTask({ id, historyLength }: GetTaskRequest, context: ServerCallContext): Promise<Task> {
    return this.#task(this.#parts.desk.find(callerOf(context), id), historyLength)
  }

  async listTasks(params: ListTasksRequest, context: ServerCallContext): Promise<ListTasksResponse> {
    const { contextId, status, pageSize = pages.usual, pageToken, historyLength = 0, includeArtifacts } = params
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > pages.most)
      throw new RequestMalformedError(`pageSize must be 1 to ${pages.most}, got ${pageSize}`)
    const since = params.statusTimestampAfter === undefined ? -Infinity : Date.parse(params.statusTimestampAfter)
    if (Number.isNaN(since)) throw new RequestMalformedError('statusTimestampAfter must be a time of RFC 3339')
    const { desk } = this.#parts
    const fitting = desk.book
      .of(callerOf(context).agent)
      .filter((task) => contextId === '' || task.contextId === contextId)
      .map((task) => ({
        task,
        shown: taskOf(task, includeArtifacts === true ? desk.artifactsOf(task) : [], historyLength),
      }))
      .filter(({ task, shown }) => {
        const isState = status === TaskState.TASK_STATE_UNSPECIFIED || shown.status?.state === status
        return isState && (task.steps.at(-1)?.at ?? 0) >= since
      })
    const from = pageToken === '' ? 0 : fitting.findIndex(({ task }) => task.id === pageToken)
    if (from < 0) throw new RequestMalformedError(`"${pageToken}" is no pageToken of such a list`)
    const tasks = fitting.slice(from, from + pageSize).map(({ shown }) => shown)
    const nextPageToken = fitting[from + pageSize]?.task.id ?? ''
    return { tasks, nextPageToken, pageSize, totalSize: fitting.length }
  }

  async cancelTask({ id }: CancelTaskRequest, context: ServerCallContext): Promise<Task> {
    return this.#task(await this.#parts.desk.cancel(callerOf(context), id))
  }

  async *resubscribe({ id }: SubscribeToTaskRequest, context: ServerCallContext): AsyncGenerator<StreamResponse, void> {
    const task = this.#parts.desk.find(callerOf(context), id)
    if (isOver(task)) throw new UnsupportedOperationError(`${id} is ${task.state}: nothing follows; GetTask shows it`)
    yield* taskStream(this.#parts.desk, id, signalOf(context))
  }

  async createTaskPushNotificationConfig(
    config: TaskPushNotificationConfig,
    context: ServerCallContext,
  ): Promise<TaskPushNotificationConfig> {
    return this.#push.create(this.#parts.desk.find(callerOf(context), config.taskId), config)
  }

  async getTaskPushNotificationConfig(
    { taskId, id }: GetTaskPushNotificationConfigRequest,
    context: ServerCallContext,
  ): Promise<TaskPushNotificationConfig> {
    return this.#push.find(this.#parts.desk.find(callerOf(context), taskId), id)
  }

  async listTaskPushNotificationConfigs(
    { taskId }: ListTaskPushNotificationConfigsRequest,
    context: ServerCallContext,
  ): Promise<ListTaskPushNotificationConfigsResponse> {
    return { configs: this.#push.all(this.#parts.desk.find(callerOf(context), taskId)), nextPageToken: '' }
  }

  async deleteTaskPushNotificationConfig(
    { taskId, id }: DeleteTaskPushNotificationConfigRequest,
    context: ServerCallContext,
  ): Promise<void> {
    this.#push.remove(this.#parts.desk.find(callerOf(context), taskId), id)
  }

  get #push(): PushDesk {
    const { push } = this.#parts
    if (push !== undefined) return push
    throw new PushNotificationNotSupportedError('this controller calls nobody; SubscribeToTask streams the same')
  }

  /** With its push configuration, before anything of it can be told. */
  #sent(params: SendMessageRequest, context: ServerCallContext, operation: AskedTask['operation']): KeptTask | string {
    const config = params.configuration?.taskPushNotificationConfig
    const caller = callerOf(context)
    if (config !== undefined) this.#push.check(caller, config)
    const sent = this.#parts.desk.send(caller, askedTask(params, operation))
    if (config !== undefined && typeof sent !== 'string') this.#push.add(sent, config)
    return sent
  }

  #task(task: KeptTask, historyLength?: number): Task {
    return taskOf(task, this.#parts.desk.artifactsOf(task), historyLength)
  }

  #message(text: string): Message {
    return Message.fromJSON({ messageId: this.#parts.newId(), role: 'ROLE_AGENT', parts: [{ text }] })
  }
}

const callerOf = (context: ServerCallContext): Caller => context.state.get(callerKey) as Caller // set by `a2aApp`
const signalOf = (context: ServerCallContext): AbortSignal => context.state.get(signalKey) as AbortSignal // likewise
