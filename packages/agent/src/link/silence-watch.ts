/** Acts when nothing arrives on any path of a link: first tries further paths, then another session. @module */

/** Milliseconds of silence on every path after which another session is tried beside this one. */
const silencePatience = 250
/** Milliseconds of silence after which further paths are tried, also over TCP: only UDP may be blocked. */
const datagramPatience = 100

/** The link that is watched. */
export interface SilenceUser {
  readonly isUp: boolean
  readonly isSilent: boolean
  /** Of any kind, and from any address. */
  wantPaths(): void
  wantAnother(): void
}

export class SilenceWatch {
  readonly #user: SilenceUser
  #timer: NodeJS.Timeout | undefined

  constructor(user: SilenceUser) {
    this.#user = user
  }

  /** Must be called when a path may have fallen silent. */
  look(): void {
    if (!this.#isSilent || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!this.#isSilent) return
      this.#user.wantPaths()
      this.#timer = setTimeout(() => {
        this.#timer = undefined
        if (this.#isSilent) this.#user.wantAnother()
      }, silencePatience - datagramPatience)
    }, datagramPatience)
  }

  /** Must be called for each packet that arrives. */
  heard(): void {
    if (this.#timer !== undefined && !this.#user.isSilent) this.end()
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  get #isSilent(): boolean {
    return this.#user.isUp && this.#user.isSilent
  }
}
