/** A choice of many: the browser's own list, with its label in front. */

interface Props<Value extends string> {
  readonly label: string
  /** `hidden`: the label is for screen readers, what is chosen speaks for itself. */
  readonly shown?: 'label' | 'hidden'
  readonly options: readonly { readonly value: Value; readonly text: string }[]
  readonly value: Value
  readonly onChoose: (value: Value) => void
}

export function Select<Value extends string>({ label, shown = 'label', options, value, onChoose }: Props<Value>) {
  return (
    <label class="select">
      <span class={shown === 'hidden' ? 'visually-hidden' : ''}>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value as Value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  )
}
