/** What of A2A's JSON tests look at. */

interface ShownData {
  readonly line?: string
  readonly names?: readonly string[]
  readonly incident?: {
    readonly name: string
    readonly status: string
    readonly occurrence_time: string
    readonly last_updated: string
    readonly related_events: readonly object[]
  }
}
interface ShownPart {
  readonly text?: string
  readonly data?: ShownData
  readonly mediaType?: string
  readonly metadata?: object
}
interface ShownMessage {
  readonly parts: readonly ShownPart[]
}
interface HasStatus {
  readonly status: { readonly state: string; readonly message?: ShownMessage }
}
interface ShownArtifact {
  readonly artifactId: string
  readonly name: string
  readonly parts: readonly ShownPart[]
}
export interface ShownTask extends HasStatus {
  readonly id: string
  readonly contextId: string
  readonly artifacts?: readonly ShownArtifact[]
  readonly metadata: { readonly push_paused?: readonly string[] }
  /** In its place, where it is not clear what is wanted. */
  readonly message?: ShownMessage
}
export interface ShownEvent {
  readonly task?: ShownTask
  readonly statusUpdate?: HasStatus
  readonly artifactUpdate?: { readonly artifact: ShownArtifact }
}

/** `input-required` */
export const stateOf = ({ status }: HasStatus): string =>
  status.state.replace('TASK_STATE_', '').toLowerCase().replaceAll('_', '-')
export const textOf = ({ status }: HasStatus): string => status.message?.parts[0]?.text ?? ''

/** What is said of artifacts by an event: all of them by a task. */
export const artifactsIn = ({ task, artifactUpdate }: ShownEvent): readonly ShownArtifact[] => [
  ...(task?.artifacts ?? []),
  ...(artifactUpdate === undefined ? [] : [artifactUpdate.artifact]),
]

/** Of the first part that has some. */
export const dataOf = ({ parts }: ShownArtifact): ShownData => parts.find(({ data }) => data !== undefined)?.data ?? {}
