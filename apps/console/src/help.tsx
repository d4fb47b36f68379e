/** The keys, in a dialog of the browser: Escape closes it, the focus goes back. */
import { useEffect, useRef } from 'preact/hooks'
import { helpOpen, keys } from './state/keyboard.ts'

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null)
  const open = helpOpen.value
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  return (
    <dialog ref={dialog} aria-labelledby="keys" onClose={() => (helpOpen.value = false)}>
      <h2 id="keys">Keys</h2>
      <dl>
        {keys.map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>←</kbd>
            <kbd>→</kbd>
          </dt>
          <dd>on the map: through its links, nodes and sessions</dd>
        </div>
      </dl>
      <button type="button" class="button" onClick={() => (helpOpen.value = false)}>
        close
      </button>
    </dialog>
  )
}
