/** Who did something, in words, without the schemas: a page that shows it needs no validator. @module */

/** An `Actor`. For people: `operator`, `controller`, with what it does it for, the name of a member, else its id. */
export const actorText = ({
  kind,
  id,
  name,
}: {
  readonly kind: string
  readonly id: string | null
  readonly name: string | null
}): string => (kind === 'agent' ? (name ?? id ?? 'an agent') : name === null ? kind : `${kind} (${name})`)
