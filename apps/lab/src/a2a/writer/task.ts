/**
 * What the writer does with a message: it streams numbered parts of one artifact, one every few milliseconds. The text of
 * the message is `count N MS`; that of part K is `K`. Only @a2a-js/sdk is used: it knows nothing of Vagus.
 * @module
 */
import { Task, TaskArtifactUpdateEvent, TaskStatusUpdateEvent } from '@a2a-js/sdk'
import { AgentEvent, type AgentExecutor, type ExecutionEventBus, type RequestContext } from '@a2a-js/sdk/server'

/** Parts after which a task ends that nobody stops: some hours, at one every 20 ms. */
const maxParts = 500_000

export class CountingExecutor implements AgentExecutor {
  readonly #cancelled = new Set<string>()
  /** Parts that each running task has sent so far. */
  readonly #sent = new Map<string, number>()
  #limit = maxParts

  /** All tasks end together, `more` parts after the furthest one of now. Gives how many each has sent by then. */
  endAfter(more: number): number {
    this.#limit = Math.min(Math.max(0, ...this.#sent.values()) + more, maxParts)
    return this.#limit
  }

  async execute({ userMessage, taskId, contextId }: RequestContext, bus: ExecutionEventBus): Promise<void> {
    const content = userMessage.parts[0]?.content
    const [, count = 0, interval = 0] = content?.$case === 'text' ? content.value.split(' ').map(Number) : []
    const status = (state: string): object => ({ state, timestamp: new Date().toISOString() })
    const publishStatus = (state: string): void =>
      bus.publish(AgentEvent.statusUpdate(TaskStatusUpdateEvent.fromJSON({ taskId, contextId, status: status(state) })))
    bus.publish(AgentEvent.task(Task.fromJSON({ id: taskId, contextId, status: status('TASK_STATE_WORKING') })))
    const started = performance.now()
    for (let part = 0; part < Math.min(count, this.#limit) && !this.#cancelled.has(taskId); part++) {
      const artifact = { artifactId: 'numbers', parts: [{ text: String(part) }] }
      const event = { taskId, contextId, artifact, append: part > 0 }
      bus.publish(AgentEvent.artifactUpdate(TaskArtifactUpdateEvent.fromJSON(event)))
      this.#sent.set(taskId, part + 1)
      const due = started + (part + 1) * interval
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    }
    this.#sent.delete(taskId)
    publishStatus(this.#cancelled.delete(taskId) ? 'TASK_STATE_CANCELED' : 'TASK_STATE_COMPLETED')
    bus.finished()
  }

  async cancelTask(taskId: string): Promise<void> {
    this.#cancelled.add(taskId)
  }
}
