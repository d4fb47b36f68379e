/** A clock that nobody sets: it runs since the host was booted, so that times in files hold until it is booted again. @module */
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'

export interface BootClock {
  /** Of this boot of the host, and of no other. */
  readonly boot: string
  /** Milliseconds since then. */
  readonly up: () => number
}

export const bootClock = (): BootClock => ({
  boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  up: () => uptime() * 1000,
})
