/** Waiting for what a program prints. @module */
import type { ChildProcess } from 'node:child_process'

/** Fulfilled with the match, once `child` has said it; rejects when it ends without. */
export function saidBy(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let text = ''
  return new Promise((found, failed) => {
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (octets: Buffer) => {
        text += octets.toString()
        const match = pattern.exec(text)
        if (match !== null) found(match)
      })
    child.once('close', () => failed(new Error(`ended without ${pattern}: ${text}`)))
  })
}
