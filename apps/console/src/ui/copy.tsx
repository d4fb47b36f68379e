/** Copies a command: a button that says so, and says that it did. */
import { useSignal } from '@preact/signals'

/** What the clipboard API cannot do on a page without TLS, a selected text field still can. */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    field.className = 'visually-hidden'
    document.body.append(field)
    field.select()
    document.execCommand('copy')
    field.remove()
  }
}

/** A prompt for a command, sheets for any other text. */
const icons = {
  command: 'M2.5 4 6 7.5 2.5 11M7.5 11.5h6',
  text: 'M6 6h7.5v7.5H6zM10 6V2.5H2.5V10H6',
} as const

interface Props {
  readonly text: string
  readonly label: string
  readonly of?: keyof typeof icons
}

export function CopyButton({ text, label, of = 'command' }: Props) {
  const copied = useSignal(false)
  const copy = (): void => {
    void copyText(text).then(() => {
      copied.value = true
      setTimeout(() => (copied.value = false), 1600)
    })
  }
  return (
    <button type="button" class="copy" title={text} aria-label={`${label}: ${text}`} onClick={copy}>
      <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
        <path d={copied.value ? 'M3 8.5 6.5 12 13 4.5' : icons[of]} class="icon" />
      </svg>
      <span aria-live="polite" class="visually-hidden">
        {copied.value ? 'copied' : ''}
      </span>
    </button>
  )
}

/** A command to type, with its copy button. */
export function Command({ text }: { readonly text: string }) {
  return (
    <span class="command">
      <code>{text}</code>
      <CopyButton text={text} label="Copy" />
    </span>
  )
}
