/** A choice of few, all in sight: buttons in one frame, the chosen one pressed. */

interface Props<Value extends string> {
  readonly label: string
  readonly options: readonly { readonly value: Value; readonly text: string }[]
  readonly value: Value
  readonly onChoose: (value: Value) => void
}

export function Segmented<Value extends string>({ label, options, value, onChoose }: Props<Value>) {
  return (
    <div class="segmented" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value ? 'true' : 'false'}
          onClick={() => onChoose(option.value)}
        >
          {option.text}
        </button>
      ))}
    </div>
  )
}

/** Options whose text is their value. */
export const plain = <const Value extends string>(values: readonly Value[]): { value: Value; text: Value }[] =>
  values.map((value) => ({ value, text: value }))
