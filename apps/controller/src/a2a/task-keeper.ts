/** Place of tasks in the control state: a document for each. @module */
import type { ControlStore } from '@vagus/store'
import type { KeptTask } from './task.ts'
import type { TaskKeeper } from './task-book.ts'

const prefix = 'a2a-task/'

export function taskKeeper(control: ControlStore, now: () => number): TaskKeeper {
  return {
    load: () => control.values(prefix) as readonly KeptTask[], // what `keep` wrote
    keep: (task) => control.put(`${prefix}${task.id}`, task, now()),
    forget: (id) => control.delete(`${prefix}${id}`),
  }
}
