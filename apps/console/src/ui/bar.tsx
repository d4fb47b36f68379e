/** A bar 0..1 beside its figure; the figure says it, the bar helps to compare. */

interface Props {
  readonly share: number | null
  readonly colour: string
}

export function Bar({ share, colour }: Props) {
  return (
    <span class="bar" aria-hidden="true">
      <i style={{ width: `${Math.min(1, share ?? 0) * 100}%`, background: colour }} />
    </span>
  )
}
