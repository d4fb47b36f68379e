/** Lines over routers that answer late or never, as a controller without sockets and disks joins them. */
import assert from 'node:assert/strict'
import {
  answerFind,
  type Booking,
  bookingsOf,
  bookingsOfLine,
  defaultLineConfig as config,
  freeNumber,
  hasEnded,
  type LaidPart,
  type Line,
  type LineEffect,
  type LineEvent,
  type LineNetwork,
  type LineOrder,
  newLine,
  nextTick,
  nodesOf,
  quote,
  stepLine,
} from '../src/index.ts'
import { epoch } from './networks.ts'

/** What a router has of a plan. */
interface Has {
  readonly line: string
  readonly number: number
  readonly part: LaidPart['part']
  readonly until: number
}

interface Due {
  readonly at: number
  readonly what: () => void
  /** What a controller that is killed does not do any more. */
  readonly isOurs: boolean
}

const share = 0.9
const quarantine = 60_000

export class World {
  now = epoch
  network: LineNetwork
  readonly lines = new Map<string, Line>()
  /** By node and plan. */
  readonly routers = new Map<string, Map<string, Has>>()
  readonly dead = new Set<string>()
  readonly told: string[] = []
  readonly #random: () => number
  #due: Due[] = []
  #plans = 0
  readonly #lastUse = new Map<number, number>()

  constructor(network: LineNetwork, random: () => number) {
    this.network = network
    this.#random = random
    for (const { name } of network.nodes) this.routers.set(name, new Map())
  }

  order(wish: Omit<LineOrder, 'id' | 'orderedAt'>): Line | undefined {
    const found = quote(wish, this.#seen(), this.bookings())
    if (found.type === 'refused') return undefined
    const order = { ...wish, id: `line-${this.lines.size + 1}`, orderedAt: this.now }
    this.lines.set(order.id, newLine(order, found.path, config))
    this.send(order.id, { type: 'tick' })
    return this.lines.get(order.id)
  }

  send(id: string, event: LineEvent): void {
    const before = this.lines.get(id)
    if (before === undefined) return
    const [next, effects] = stepLine(before, { ...event, now: this.now }, config)
    this.lines.set(id, next)
    if (before.state === 'moving' && next.state === 'active' && next.moves === before.moves)
      checkMoveUndone(before, next)
    for (const effect of effects) this.#do(next, effect)
    this.check()
  }

  /** Lets time go by, with all that is due. */
  run(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const due = this.#due.reduce((least, { at }) => Math.min(least, at), Infinity)
      const ticks = [...this.lines.values()].reduce((least, line) => Math.min(least, nextTick(line, config)), Infinity)
      const next = Math.max(this.now, Math.min(due, ticks))
      if (next > until) break
      const isTick = ticks <= due
      this.now = next
      this.#expire()
      if (isTick) {
        // What is due now is done now: time goes on in any case.
        const ids = [...this.lines.keys()].filter((id) => nextTick(this.lines.get(id)!, config) <= next)
        for (const id of ids) this.send(id, { type: 'tick' })
        const still = ids.filter((id) => nextTick(this.lines.get(id)!, config) <= next)
        assert.deepEqual(still, [], `a tick leaves itself due: ${JSON.stringify(this.lines.get(still[0]!))}`)
      } else this.#next(next)
    }
    this.now = until
    this.#expire()
  }

  /** The controller is killed, and begins anew with what it has written down. */
  restart(): void {
    this.#due = this.#due.filter(({ isOurs }) => !isOurs)
    for (const [id, line] of this.lines) {
      this.lines.set(id, JSON.parse(JSON.stringify(line)) as Line)
      this.send(id, { type: 'restarted' })
    }
  }

  /** As a watch sees it. */
  watch(): void {
    const down = new Set(this.network.links.filter(({ isUp }) => !isUp).map(({ name }) => name))
    for (const line of this.lines.values()) {
      const broken = line.path.hops.find(({ link }) => down.has(link))?.link
      const trouble = broken === undefined ? {} : { trouble: { because: `${broken} is down`, avoid: [broken] } }
      this.send(line.order.id, { type: 'watched', steered: null, ...trouble })
    }
  }

  bookings(): readonly Booking[] {
    return [...this.lines.values()].flatMap((line) => bookingsOfLine(line, this.now))
  }

  /** What must hold at any time. */
  check(): void {
    this.#checkBookings()
    this.#checkLinks()
    this.#checkSteering()
    for (const line of this.lines.values()) checkPaths(line)
  }

  /** Agents that cannot be reached take no lines. */
  #seen(): LineNetwork {
    const nodes = this.network.nodes.map((node) =>
      this.dead.has(node.name) ? { ...node, problem: 'its agent is away' } : node,
    )
    return { ...this.network, nodes }
  }

  #next(at: number): void {
    const index = this.#due.findIndex((one) => one.at === at)
    const [due] = this.#due.splice(index, 1)
    due!.what()
    this.check()
  }

  #expire(): void {
    for (const has of this.routers.values())
      for (const [plan, { until }] of has) if (until <= this.now) has.delete(plan)
  }

  #after(ms: number, isOurs: boolean, what: () => void): void {
    this.#due.push({ at: this.now + ms, what, isOurs })
  }

  #do(line: Line, effect: LineEffect): void {
    const { id } = line.order
    if (effect.type === 'tell') this.told.push(`${id} ${effect.what}: ${effect.because}`)
    else if (effect.type === 'find') {
      this.#plans++
      const plans = { hold: `hold-${this.#plans}`, steer: `steer-${this.#plans}` }
      const view = { network: this.#seen(), bookings: this.bookings(), number: freeNumber(this.lines.values()), plans }
      this.send(id, answerFind(effect, view))
    } else if (effect.type === 'release') for (const part of effect.parts) this.#release(id, effect.number, part)
    else {
      assert.ok(!hasEnded(line), `${effect.type} is asked of a line that is ${line.state}`)
      assert.ok(this.now < line.order.end || line.reason !== null, `${effect.type} is asked after the end`)
      if (effect.type === 'confirm') this.#confirm(id, effect.number, effect.parts, line.order.end)
      else this.#agree(id, effect.type, effect.number, effect.parts)
    }
  }

  /** Each router has its part at a time of its own; all have it, or what some have is told. */
  #agree(id: string, ask: 'hold' | 'steer', number: number, parts: readonly LaidPart[]): void {
    if (ask === 'hold') {
      const idle = this.now - (this.#lastUse.get(number) ?? -Infinity)
      assert.ok(idle >= quarantine, `number ${number} is used again after ${idle} ms`)
    }
    const fails = parts.some(() => this.#random() < 0.05)
    const holding: string[] = []
    let last = 0
    for (const part of parts) {
      const delay = Math.floor(this.#random() * 1000)
      const isSilent = this.dead.has(part.node)
      if (isSilent || (fails && this.#random() < 0.5)) continue
      holding.push(part.node)
      last = Math.max(last, delay)
      this.#after(delay, true, () => {
        this.routers.get(part.node)!.set(part.plan, { line: id, number, part: part.part, until: part.lease + delay })
        this.#lastUse.set(number, this.now)
      })
    }
    this.#after(last + 1, true, () => {
      const isPassing = this.#random() < 0.5
      const event: LineEvent =
        holding.length === parts.length
          ? { type: 'agreed', ask, number }
          : { type: 'declined', ask, number, because: 'a router declined', isPassing, mayHold: holding }
      this.send(id, event)
    })
  }

  #confirm(id: string, number: number, parts: readonly LaidPart[], end: number): void {
    const delay = Math.floor(this.#random() * 1000)
    this.#after(delay, true, () => {
      const isWhole = parts.map((part) => {
        const has = this.routers.get(part.node)!
        const known = has.get(part.plan)
        if (known === undefined || this.dead.has(part.node)) return false
        has.set(part.plan, { ...known, until: part.lease + delay })
        return true
      })
      if (isWhole.every((one) => one)) this.send(id, { type: 'confirmed', number, end })
    })
  }

  #release(id: string, number: number, { node, plan }: LaidPart): void {
    if (this.dead.has(node) || this.#random() < 0.1) return
    this.#after(Math.floor(this.#random() * 500), true, () => {
      this.routers.get(node)!.delete(plan)
      this.#lastUse.set(number, this.now)
      this.send(id, { type: 'gone', number, node, plan })
    })
  }

  /** Of lines that have not ended. What a router that is away may still have cannot be foreseen. */
  #checkBookings(): void {
    const bookings = [...this.lines.values()].filter((line) => !hasEnded(line)).flatMap(wishedOf)
    for (const { name, bitsPerSecond } of this.network.links) {
      const there = bookings.filter((one) => one.link === name && one.direction === 'a-z')
      for (const { from } of there) {
        const at = there.filter((one) => one.from <= from && from < one.until)
        const sum = at.reduce((whole, one) => whole + one.bitsPerSecond, 0)
        assert.ok(sum <= share * bitsPerSecond, `${sum} are booked on ${name}: ${JSON.stringify(at)}`)
      }
    }
  }

  /** What routers hold: of a line that moves only the larger of both counts. */
  #checkLinks(): void {
    for (const { name, a, bitsPerSecond } of this.network.links) {
      const rates = new Map<string, number>()
      for (const { line, part } of this.routers.get(a.node)!.values()) {
        if (part.type !== 'hold') continue
        const sent = part.transmits.find((one) => one.interface === a.interface)?.bitsPerSecond ?? 0
        rates.set(line, Math.max(sent, rates.get(line) ?? 0))
      }
      const sum = [...rates.values()].reduce((whole, rate) => whole + rate, 0)
      assert.ok(sum <= share * bitsPerSecond, `${sum} are held on ${name}`)
    }
  }

  #checkSteering(): void {
    for (const [node, has] of this.routers) {
      for (const { line, number, part } of has.values()) {
        if (part.type !== 'steer') continue
        const laid = this.lines.get(line)!.laid.find((one) => one.number === number)
        assert.ok(laid !== undefined, `${node} steers into path ${number}, which is forgotten`)
        for (const other of nodesOf(laid.path)) {
          const holds = [...this.routers.get(other)!.values()].some(
            (one) => one.number === number && one.part.type === 'hold',
          )
          assert.ok(holds, `${node} steers into path ${number}, which ${other} does not hold; it is ${laid.phase}`)
        }
      }
    }
  }
}

/** Only what it needs is wanted, and the path that it goes over is there. */
function checkPaths({ state, laid, current, next }: Line): void {
  const wanted = laid.filter(({ isWanted }) => isWanted).map(({ number }) => number)
  const needed = {
    booked: [],
    'setting-up': [next],
    active: [current],
    moving: [current, next],
    released: [],
    failed: [],
  }
  assert.deepEqual(wanted, needed[state], state)
  if (state === 'active' || state === 'moving') assert.equal(laid.find(({ number }) => number === current)!.phase, 'up')
}

/** What it was promised, over the path that it has. */
const wishedOf = ({ path, order: { id, bitsPerSecond, start, end } }: Line): readonly Booking[] =>
  bookingsOf(path, { line: id, bitsPerSecond, from: start, until: end })

function checkMoveUndone(before: Line, after: Line): void {
  assert.equal(after.current, before.current)
  assert.deepEqual(after.path, before.path)
  assert.equal(after.order, before.order)
  assert.equal(after.laid.find(({ number }) => number === after.current)!.phase, 'up')
}
