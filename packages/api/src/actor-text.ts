/** Who did something, in words, without the schemas: a page that shows it needs no validator. @module */

/**
 * An `Actor`. For people: the name of a member or else its id; of a person or script that signed in, `Ada <ada@example.com>` or
 * `token ci`; else `operator` or `controller`, with what it does it for or was known by.
 */
export const actorText = ({
  kind,
  id,
  name,
}: {
  readonly kind: string
  readonly id: string | null
  readonly name: string | null
}): string => {
  if (kind === 'agent') return name ?? id ?? 'an agent'
  if (name === null) return kind
  return kind === 'operator' && id !== null ? name : `${kind} (${name})`
}
