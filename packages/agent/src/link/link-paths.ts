/** The paths of a link, and what is told of them: to its program, and to the other side. @module */
import type { PathId, PathInfo, PathState, Radio, SleepPlan } from '@vagus/channel'
import type { HostRoute } from '@vagus/transport'
import { clock } from './clock.ts'
import type { ConnectionEvent, Path } from '../connection.ts'
import type { Traversal } from '../nat/traversal.ts'
import { HeldRoutes, type RoutesHost } from './held-routes.ts'
import { decodeMove, encodeMove, type Moving } from './moving.ts'
import { noticeKind } from './notice.ts'
import type { SessionRunner } from './session-runner.ts'
import { decodeSleep, encodeSleep } from './sleeping.ts'

/** Milliseconds for which both paths carry everything before the old one is left. */
const duplicateFor = 300
/** Notices kept until the link is up, and octets of each: a peer sends one or two by then. Others are dropped. */
const maxEarly = 8
const maxEarlyOctets = 512

/** The receiver of changes. */
export interface PathsUser {
  /** Set while a move is announced. */
  moving?: Moving | undefined
  readonly isUp?: boolean
  say(event: ConnectionEvent): void
}

/** Who looks for direct paths beside those through a relay. */
export interface PathSeeker {
  /** A notice of a kind that is not known here. */
  noticed(kind: number, octets: Uint8Array): void
  /** A path is dead or closed. */
  pathEnded(): void
}

export class LinkPaths<User extends PathsUser> {
  readonly #runner: SessionRunner
  readonly #user: User
  readonly #routes: HeldRoutes<User>
  readonly #radios: RoutesHost<User>['radios']
  /** The radio under the path that carries data, if it is to sleep. */
  sleeper: Radio | undefined
  /** How it sleeps, as the peer was told last. */
  #toldPlan: SleepPlan | undefined
  /** The paths as last reported, once there is a listener. */
  #reported: Map<PathId, Path> | undefined
  #addresses: readonly string[] = []
  #primary: PathId | undefined = 0
  /** The last path that carried data. */
  #used: PathId = 0
  #isClosed = false
  /** How a direct path was looked for beside a relayed one. */
  traversal: Traversal | undefined
  #seeker: PathSeeker | undefined
  /** Notices that came before it was known who reads them: the other side may be up earlier. `undefined`: it is known. */
  #early: (readonly [kind: number, octets: Uint8Array])[] | undefined = []
  #moveOver: NodeJS.Timeout | undefined
  #moves = 0

  constructor(runner: SessionRunner, first: HostRoute, user: User, host: RoutesHost<User>) {
    this.#runner = runner
    this.#user = user
    this.#routes = new HeldRoutes(user, host)
    this.#radios = host.radios
    this.#routes.use(first)
  }

  /** The addresses at which the other side says it can be reached. */
  get addresses(): readonly string[] {
    return this.#addresses
  }

  /** How often data moved to another path. */
  get moves(): number {
    return this.#moves
  }

  /** Who looks for direct paths, if somebody does: once the link is up. */
  soughtBy(seeker: PathSeeker | undefined): void {
    const early = this.#early ?? []
    this.#seeker = seeker
    this.#early = undefined
    for (const [kind, octets] of early) seeker?.noticed(kind, octets)
  }

  get maxOctets(): number {
    return this.primary?.maxOctets ?? 0
  }

  /** The route that carries data. */
  get primary(): HostRoute | undefined {
    const info = this.#runner.session.paths().find(({ primary }) => primary)
    return info && (info.route as HostRoute) // sound: a session only gets routes of this type
  }

  /** The routes in use, opened by either side. */
  routes(): readonly HostRoute[] {
    return this.#routes.all()
  }

  /** Whether some of them go through a relay. */
  get areRelayed(): boolean {
    return this.routes().some(({ transport }) => transport === 'relay')
  }

  /** Routes of paths in `state`, oldest first. */
  routesThatAre(state: PathState): readonly HostRoute[] {
    const found = this.#runner.session.paths().filter((info) => info.state === state)
    return found.map(({ route }) => route as HostRoute) // sound: a session only gets routes of this type
  }

  /** Reports changes from now on. */
  listen(): void {
    this.#reported ??= new Map(this.paths().map((path) => [path.id, path]))
  }

  greeted(addresses: readonly string[]): void {
    this.#addresses = addresses
  }

  heard(route: HostRoute): void {
    this.#routes.heard(route)
  }

  /** The peer is reached by a new route on a path: closes routes that no path uses any more. */
  rebound(): void {
    this.#leaveUnused()
  }

  /** `false` if the session has its maximum of paths. */
  add(route: HostRoute, status: 'active' | 'standby' = 'active'): boolean {
    this.#radios?.find(route)
    const id = this.#runner.session.addPath(route, clock(), status)
    if (id === undefined) return false
    this.#routes.use(route)
    this.#runner.wake()
    const info = this.#reported && this.#runner.session.paths().find(({ path }) => path === id)
    if (info !== undefined) this.#user.say({ event: 'path.opened', path: this.#pathOf(info) })
    return true
  }

  /** The connection broke, or the address is gone. */
  lost(route: HostRoute): void {
    if (this.#routes.lost(route) === 'unknown') return
    this.#runner.session.removeRoute(route, clock())
    this.#runner.wake()
  }

  /** Leaves the paths over `route` for another one; both carry everything for a while. */
  leave(route: HostRoute): void {
    for (const { path, route: present } of this.#runner.session.paths()) {
      if (present === route) this.#runner.session.intend({ from: path, duplicateFor }, clock())
    }
    this.#runner.wake()
  }

  /** Tells the peer of a move of ours; `undefined`: it is over. */
  announce(moving: Moving | undefined): void {
    this.#runner.session.notify(noticeKind.move, encodeMove(moving, Date.now()))
    this.#runner.wake()
    this.#move('us', moving)
  }

  /** Of what the link itself does not read. What cannot be read is of a later version, and ignored. */
  noticed(kind: number, octets: Uint8Array): void {
    if (kind === noticeKind.sleep) return this.#runner.session.sleep.ofPeer(decodeSleep(octets))
    if (kind !== noticeKind.move) return this.#toSeeker(kind, octets)
    try {
      const moving = decodeMove(octets, Date.now())
      this.#move('peer', moving)
      if (moving !== undefined) this.#user.say({ event: 'peer.will-move', moving })
    } catch {}
  }

  changed(id: PathId, state: PathState): void {
    if (state === 'closed') this.#leaveUnused()
    if (state === 'closed' || state === 'dead') this.#seeker?.pathEnded()
    const reported = this.#reported
    if (reported === undefined) return
    const info = this.#runner.session.paths().find(({ path }) => path === id)
    if (info !== undefined) {
      const path = this.#pathOf(info)
      this.#user.say({ event: reported.has(id) ? 'path.changed' : 'path.opened', path })
      reported.set(id, path)
      return
    }
    if (state !== 'closed') return
    const path = reported.get(id)
    reported.delete(id)
    if (path !== undefined) this.#user.say({ event: 'path.closed', path })
  }

  /** Tells the peer how the radio sleeps: once the link is up, and when data goes over another one. */
  tellSleep(): void {
    if (this.#radios === undefined) return
    this.sleeper = this.primary?.radio
    const plan = this.sleeper?.plan
    if (this.#user.isUp !== true || plan === this.#toldPlan) return
    this.#toldPlan = plan
    this.#runner.session.notify(noticeKind.sleep, encodeSleep(plan))
    this.#runner.wake()
  }

  switched(id: PathId | undefined): void {
    this.tellSleep()
    const before = this.#primary
    this.#primary = id
    if (id !== undefined && id !== this.#used) {
      this.#used = id
      this.#moves++
    }
    if (this.#reported === undefined) return
    const paths = this.#runner.session.paths()
    const find = (wanted: PathId | undefined): Path | undefined => {
      const info = paths.find(({ path }) => path === wanted)
      return info && this.#pathOf(info)
    }
    const from = find(before) ?? (before === undefined ? undefined : this.#reported.get(before))
    this.#user.say({ event: 'path.switched', from, to: find(id) })
  }

  leaving(id: PathId): void {
    const info = this.#reported && this.#runner.session.paths().find(({ path }) => path === id)
    if (info !== undefined) this.#user.say({ event: 'peer.moving', path: this.#pathOf(info) })
  }

  paths(): readonly Path[] {
    return this.#runner.session.paths().map((info) => this.#pathOf(info))
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#moveOver)
    this.#routes.close()
  }

  /** The end of a move says nothing of one of the other end. */
  #move(by: Moving['by'], moving: Moving | undefined): void {
    if (this.#isClosed || (moving === undefined && this.#user.moving?.by !== by)) return
    clearTimeout(this.#moveOver)
    this.#user.moving = moving
    if (moving === undefined) return
    this.#moveOver = setTimeout(() => (this.#user.moving = undefined), moving.until - Date.now()).unref()
  }

  #toSeeker(kind: number, octets: Uint8Array): void {
    if (this.#early === undefined) return this.#seeker?.noticed(kind, octets)
    const isKept = this.#early.length < maxEarly && octets.length <= maxEarlyOctets
    if (isKept) this.#early.push([kind, new Uint8Array(octets)])
  }

  #leaveUnused(): void {
    this.#routes.keep(new Set(this.#runner.session.paths().map(({ route }) => route)))
  }

  #pathOf({ path, route, state, status, primary, smoothedRtt }: PathInfo): Path {
    const { transport, local, remote, radio, mapped, proxy } = route as HostRoute // sound: as above
    return {
      id: path,
      kind: transport,
      local,
      remote,
      state: state as Path['state'], // sound: a session lists no closed paths
      status,
      primary,
      rtt: smoothedRtt,
      ...(radio && { radio: this.#radios?.statusOf(radio) }),
      ...(mapped !== undefined && { mapped }),
      ...(proxy !== undefined && { proxy }),
    }
  }
}
