/**
 * Telemetry over the session with the controller: what this device announces, and what the others say.
 * @module
 */
import {
  attributeCode,
  attributeOfBlock,
  decodeLinkStateNlri,
  encodeLinkStateNlri,
  type LinkStateNlri,
  valueOf,
} from '@vagus/bgp'
import {
  deviceNlri,
  deviceTlvs,
  encodeView,
  linkNlri,
  linkTlvs,
  type TelemetryCounts,
  TelemetryTable,
  type View,
  viewNlri,
  viewTlvs,
  type ViewKind,
} from '@vagus/bgp/telemetry'
import type { NlriEvent, Speaker, TelemetryPart } from '@vagus/speaker'
import type { DeviceIdentity, LinkChanges } from './link-telemetry.ts'

export const controllerPeer = 'controller'
const family = 'link-state'

export class TelemetryExchange {
  readonly table = new TelemetryTable()
  readonly #speaker: Pick<Speaker, 'announce' | 'withdraw'>
  readonly #identity: DeviceIdentity
  readonly #to: { readonly peer: string } | 'nobody'
  /** Pages of each view that are announced. */
  readonly #pages = new Map<ViewKind, number>()

  /** `to`: the peer that passes it on; `nobody` where the agent has none. */
  constructor(
    speaker: Pick<Speaker, 'announce' | 'withdraw'>,
    identity: DeviceIdentity,
    to: { readonly peer: string } | 'nobody',
  ) {
    this.#speaker = speaker
    this.#identity = identity
    this.#to = to
  }

  get counts(): TelemetryCounts {
    return this.table.counts
  }

  /** The device itself; to be repeated within the refresh interval. */
  announceDevice(): Promise<void> {
    return this.#announce(deviceNlri(this.#key), deviceTlvs(this.#identity.name))
  }

  async announceLinks({ announced, withdrawn }: LinkChanges): Promise<void> {
    for (const key of withdrawn) await this.#withdraw(linkNlri(key))
    for (const link of announced) {
      const otherwise = { linkState: linkTlvs(link, 'standard') }
      await this.#announce(linkNlri(link.key), linkTlvs(link), { part: 'links', otherwise })
    }
  }

  /** All views that there are: those announced before that are not among them are withdrawn. */
  async announceViews(views: readonly View[]): Promise<void> {
    for (const kind of this.#pages.keys()) {
      if (!views.some((view) => view.kind === kind)) await this.#withdrawPages(kind, 0)
    }
    for (const view of views) {
      const pages = encodeView(view)
      for (const [at, page] of pages.entries()) {
        await this.#announce(viewNlri(this.#key, view.kind, at), viewTlvs(page), { part: 'views' })
      }
      await this.#withdrawPages(view.kind, pages.length)
    }
  }

  /** Pages of the view from `first` on, which is how many it has now. */
  async #withdrawPages(kind: ViewKind, first: number): Promise<void> {
    for (let at = first; at < (this.#pages.get(kind) ?? 0); at++) await this.#withdraw(viewNlri(this.#key, kind, at))
    this.#pages.set(kind, first)
  }

  /** What the controller passes on. Our own, which come back, are not news (RFC 4456 §8). */
  receive({ peer, changes }: NlriEvent, now: number): void {
    for (const { nlri: octets, block } of changes) {
      const [nlri] = decodeLinkStateNlri(octets).nlri
      if (nlri === undefined || this.#isOwn(nlri)) continue
      if (block === undefined) this.table.withdraw(peer, nlri)
      else {
        const tlvs = attributeOfBlock(block, attributeCode.linkState) ?? new Uint8Array(0)
        this.table.receive({ peer, router: undefined }, nlri, tlvs, now)
      }
    }
  }

  #isOwn(nlri: LinkStateNlri): boolean {
    return 'local' in nlri && valueOf(nlri.local, 'bgp-router-id') === this.#identity.bgpIdentifier
  }

  get #key() {
    const { as, bgpIdentifier } = this.#identity
    return { instance: 0, local: { as, bgpIdentifier } }
  }

  /** Private TLVs go to a peer with the capability only (draft §3.1): what that needs is `telemetry`. */
  async #announce(nlri: LinkStateNlri, linkState: Uint8Array, telemetry?: TelemetryPart): Promise<void> {
    if (this.#to === 'nobody') return
    const routes = { family, nlri: [encodeLinkStateNlri([nlri])], attributes: { linkState } } as const
    await this.#speaker.announce(this.#to, telemetry === undefined ? routes : { ...routes, telemetry })
  }

  async #withdraw(nlri: LinkStateNlri): Promise<void> {
    if (this.#to === 'nobody') return
    await this.#speaker.withdraw(this.#to, { family, nlri: [encodeLinkStateNlri([nlri])] })
  }
}
