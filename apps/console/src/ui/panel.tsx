/**
 * A card of the page with its four states: a skeleton until the first answer; what it shows; nothing to show, with the
 * command that fills it; or why there is no answer. After a failure the last figures stay and say that they are old.
 */
import type { ComponentChildren, JSX } from 'preact'
import { unreachable } from '../state/live.ts'
import type { Shown } from '../state/resource.ts'
import { CopyButton } from './copy.tsx'
import { PanelTitle, useReserved } from './reserve.ts'

interface PanelProps {
  readonly title: string
  /** Columns of twelve that it takes on a wide screen. */
  readonly span: 4 | 5 | 6 | 7 | 8 | 12
  readonly about?: ComponentChildren
  readonly controls?: ComponentChildren
  /** The command that prints the same. */
  readonly command: string
  readonly children: ComponentChildren
}

export function Panel({ title, span, about, controls, command, children }: PanelProps) {
  return (
    <section class={`card span-${span}`} aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        {about !== undefined && <p class="about">{about}</p>}
        <div class="controls">
          {controls}
          <CopyButton text={command} label="Copy as command" />
        </div>
      </div>
      <PanelTitle.Provider value={title}>{children}</PanelTitle.Provider>
    </section>
  )
}

interface StateProps<Data> {
  readonly of: Shown<Data>
  /** Lines of the skeleton. */
  readonly lines?: number
  /** What to show instead when there are data but nothing in them. */
  readonly empty?: (data: Data) => JSX.Element | undefined
  readonly children: (data: Data) => ComponentChildren
}

/** The state of one resource inside a panel. */
export function Loaded<Data>({ of: { data, failure, previous }, lines = 5, empty, children }: StateProps<Data>) {
  const { ref, reserved } = useReserved()
  const isAway = unreachable.value !== undefined
  if (data === undefined) {
    if (isAway) return <NotLoaded />
    return failure === undefined || failure.kind === 'unreachable' ? (
      <Skeleton lines={lines} height={reserved} />
    ) : (
      <Failure text={failure.text} />
    )
  }
  return (
    <div ref={ref} class={`loaded${previous ? ' previous' : ''}`} aria-busy={previous ? 'true' : 'false'}>
      {failure !== undefined && failure.kind !== 'unreachable' && !isAway && (
        <p class="kept">Not renewed: {failure.text}. These are the last figures.</p>
      )}
      {empty?.(data) ?? children(data)}
    </div>
  )
}

interface SkeletonProps {
  readonly lines: number
  /** Pixels that the content will take, where they are known. */
  readonly height: number | undefined
}

function Skeleton({ lines, height }: SkeletonProps) {
  return (
    <div
      class="skeleton"
      style={height === undefined ? undefined : { minHeight: `${height}px` }}
      role="status"
      aria-label="loading"
    >
      {Array.from({ length: lines }, (_, line) => (
        <i key={line} />
      ))}
    </div>
  )
}

/** What was not on the screen before the controller went away; the banner says that it did. */
const NotLoaded = () => (
  <div class="state failed">
    <strong>No figures</strong>
    <p>This was not looked at before the controller went away. It comes as soon as it answers again.</p>
  </div>
)

/** A first letter in upper case, save where the first word may be a name. */
export const capital = (text: string): string => text.replace(/^[a-z](?=[a-z]* )/, (first) => first.toUpperCase())

function Failure({ text }: { readonly text: string }) {
  return (
    <div class="state failed" role="alert">
      <strong>No figures</strong>
      <p>{capital(text)}. It is asked again every few seconds.</p>
    </div>
  )
}
