/** A bar 0..1 with a mark at a limit, paler up to what it may reach; the figures beside it say the same. */

interface Props {
  readonly share: number | null
  /** Up to where it may come; null: not known. */
  readonly upper: number | null
  readonly limit: number
  readonly colour: string
}

const percent = (share: number): string => `${Math.min(1, Math.max(0, share)) * 100}%`

export function LimitBar({ share, upper, limit, colour }: Props) {
  return (
    <span class="limit-bar" aria-hidden="true">
      <span class="bar">
        <i class="upper" style={{ width: percent(upper ?? 0), background: colour }} />
        <i style={{ width: percent(share ?? 0), background: colour }} />
      </span>
      <b style={{ left: percent(limit) }} />
    </span>
  )
}
