/**
 * Where the writer keeps its task. The SDK's own store copies all parts of a task twice for each part that is added: at
 * ten thousand parts that is slower than the parts shall come. Here a copy shares the parts, which nobody changes, and
 * only the tasks of late are kept.
 * @module
 */
import type { ListTasksRequest, ListTasksResponse, Task } from '@a2a-js/sdk'
import type { TaskStore } from '@a2a-js/sdk/server'

/** More than run at a time, so that a forgotten task has ended long ago. */
const maxTasks = 50

export class WriterTasks implements TaskStore {
  readonly #tasks = new Map<string, Task>()

  async save(task: Task): Promise<void> {
    this.#tasks.delete(task.id) // so that the one saved longest ago is the first
    this.#tasks.set(task.id, copyOf(task))
    if (this.#tasks.size > maxTasks) this.#tasks.delete(this.#tasks.keys().next().value!)
  }

  async load(taskId: string): Promise<Task | undefined> {
    const task = this.#tasks.get(taskId)
    return task && copyOf(task)
  }

  async list({ pageSize = 50 }: ListTasksRequest): Promise<ListTasksResponse> {
    const tasks = [...this.#tasks.values()].slice(0, pageSize).map(copyOf)
    return { tasks, nextPageToken: '', pageSize, totalSize: this.#tasks.size }
  }
}

/** What the SDK changes in a task, it changes in these. */
function copyOf(task: Task): Task {
  const artifacts = task.artifacts.map((artifact) => ({ ...artifact }))
  return { ...task, artifacts, history: [...task.history] }
}
