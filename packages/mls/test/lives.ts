/**
 * Random lives of groups: members come by welcomes and external commits, go, propose, commit at the same time, lose
 * messages' order and restart from octets. After each epoch all members must agree; who was removed opens nothing that
 * came later, and who came nothing from before.
 */
import assert from 'node:assert/strict'
import { type Change, type Group, joinExternally, joinGroup, readGroup } from '../src/index.ts'
import { Agent, must, type Random, randomOf, start } from './agents.ts'

interface Here {
  readonly agent: Agent
  group: Group
  /** Its first one. */
  readonly since: bigint
}

/** A message on its way. */
interface Sealed {
  readonly octets: Uint8Array
  readonly data: Uint8Array
  readonly from: string
  readonly epoch: bigint
}

export interface LifeCounts {
  epochs: number
  forks: number
  external: number
  messages: number
  refused: number
  most: number
}

class Life {
  readonly random: Random
  readonly most: number
  readonly counts: LifeCounts = { epochs: 0, forks: 0, external: 0, messages: 0, refused: 0, most: 0 }
  members: Here[]
  /** The last groups of those that were removed. */
  readonly gone: Group[] = []
  onTheWay: Sealed[] = []
  made = 1

  constructor(seed: number, most: number) {
    this.random = randomOf(seed)
    this.most = most
    const agent = new Agent('0', this.random)
    this.members = [{ agent, group: agent.create(), since: 0n }]
  }

  pick<T>(list: readonly T[]): T {
    return list[this.random(list.length)]!
  }

  step(): void {
    const { random } = this
    const kind = random(12)
    if (kind < 2) this.propose()
    else if (kind < 5) this.send()
    else if (kind < 6) this.restart()
    else if (kind < 7 && this.members.length < this.most) this.comeIn()
    else this.commit()
    this.deliver(random(3) === 0 ? this.onTheWay.length : random(4))
  }

  propose(): void {
    const { agent, group } = this.pick(this.members)
    const form = this.random(2) === 0 ? 'private' : 'public'
    const made = group.propose(this.change(group), { random: agent.random.octets(), now: start, form })
    const { message } = must(made)
    for (const each of this.members)
      if (each.group !== group) assert.equal(must(each.group.receive(message, start)).type, 'proposal')
  }

  change(group: Group): Change {
    const kind = this.random(3)
    if (kind === 0 && this.members.length < this.most) {
      const { keyPackage } = this.newcomer()
      return { type: 'add', keyPackage }
    }
    if (kind === 1 && this.members.length > 2) {
      const leaf = this.pick(this.members).group.leaf
      if (leaf !== group.leaf) return { type: 'remove', leaf }
    }
    return { type: 'update' }
  }

  readonly invited = new Map<string, { readonly agent: Agent; readonly secrets: Uint8Array }>()

  newcomer(): { readonly keyPackage: Uint8Array } {
    const agent = new Agent(String(this.made++), this.random)
    const { message, secrets } = agent.keyPackage()
    this.invited.set(agent.name, { agent, secrets })
    return { keyPackage: message }
  }

  /** One commit; at times two in one epoch, of which all follow the second. */
  commit(): void {
    const [first, second] = [this.pick(this.members), this.pick(this.members)]
    if (first !== second && this.random(3) === 0) {
      this.makeCommit(first) // lost: its committer goes back to the epoch before, which is as it was
      this.counts.forks++
    }
    const { committed, committer } = this.makeCommit(second)
    this.follow(committed.message, committer, committed.next)
    const { welcome } = committed
    for (const { credential } of committed.changes.added) {
      const name = new TextDecoder().decode((credential as { identity: Uint8Array }).identity)
      const { agent, secrets } = this.invited.get(name)!
      const { group } = must(joinGroup(agent.host, { welcome: welcome!, keyPackages: [secrets], now: start }))
      this.members.push({ agent, group, since: group.epoch })
    }
    this.agree()
  }

  makeCommit(committer: Here) {
    const { random } = this
    const changes: Change[] = []
    const room = this.most - this.members.length
    for (let count = Math.min(room, random(4)); count > 0; count--) changes.push({ type: 'add', ...this.newcomer() })
    if (random(4) === 0 && this.members.length > 2) {
      const other = this.pick(this.members)
      if (other !== committer) changes.push({ type: 'remove', leaf: other.group.leaf })
    }
    const committed = must(
      committer.group.commit({
        changes,
        path: random(3) === 0 ? 'if-required' : 'always',
        form: random(2) === 0 ? 'private' : 'public',
        received: random(5) === 0 ? 'none' : 'all',
        random: committer.agent.random.octets(),
        now: start,
      }),
    )
    return { committed, committer }
  }

  /** All but `committer` take the commit. */
  follow(message: Uint8Array, committer: Here | undefined, next: Group | undefined): void {
    const staying: Here[] = []
    for (const each of this.members) {
      if (each === committer) {
        each.group = next!
        staying.push(each)
        continue
      }
      const received = must(each.group.receive(message, start))
      if (received.type === 'removed') {
        this.gone.push(each.group)
        continue
      }
      assert.equal(received.type, 'commit')
      if (received.type === 'commit') each.group = received.next
      staying.push(each)
    }
    this.members = staying
    this.counts.epochs++
    this.counts.most = Math.max(this.counts.most, staying.length)
    const epoch = staying[0]!.group.epoch
    this.onTheWay = this.onTheWay.filter((sealed) => epoch - sealed.epoch <= 4n)
  }

  /** Somebody new, or a member whose state was lost. */
  comeIn(): void {
    const { random } = this
    const helper = this.pick(this.members)
    const lost = random(2) === 0 && this.members.length > 2 ? this.pick(this.members) : undefined
    const back = lost === helper ? undefined : lost
    const agent = new Agent(back?.agent.name ?? String(this.made++), random)
    const how = {
      groupInfo: helper.group.groupInfo(),
      credential: agent.credential,
      random: random.octets(),
      now: start,
    }
    const { group, message } = must(joinExternally(agent.host, how))
    this.follow(message, undefined, undefined)
    assert.ok(back === undefined || !this.members.includes(back))
    this.members.push({ agent, group, since: group.epoch })
    this.counts.external++
    this.agree()
  }

  restart(): void {
    const member = this.pick(this.members)
    const octets = member.group.write()
    member.group = readGroup(octets, member.agent.host, { sealedSince: this.random(3) })
  }

  send(): void {
    const { agent, group } = this.pick(this.members)
    const data = this.random.octets()
    const octets = group.seal(data, { random: this.random.octets(4), padTo: 1 + this.random(80) })
    this.onTheWay.push({ octets, data, from: agent.name, epoch: group.epoch })
    this.counts.messages++
  }

  /** `count` messages, in any order, to those who were members when they were sent. */
  deliver(count: number): void {
    for (let left = count; left > 0 && this.onTheWay.length > 0; left--) {
      const at = this.random(this.onTheWay.length)
      const [sealed] = this.onTheWay.splice(at, 1)
      for (const { agent, group, since } of this.members) {
        if (agent.name === sealed!.from) continue
        const received = group.receive(sealed!.octets, start)
        if (since <= sealed!.epoch) {
          const opened = must(received)
          assert.ok(opened.type === 'application')
          assert.deepEqual(opened.data, sealed!.data)
          const again = group.receive(sealed!.octets, start)
          assert.ok(again.type === 'refused' && again.because.code === 'decrypt', 'a key is used once')
        } else {
          assert.equal(received.type, 'refused', 'what came before a member joined stays closed')
          this.counts.refused++
        }
      }
      for (const group of this.gone) {
        if (group.epoch >= sealed!.epoch) continue
        assert.equal(group.receive(sealed!.octets, start).type, 'refused', 'who was removed opens nothing later')
        this.counts.refused++
      }
    }
  }

  agree(): void {
    const [first, ...others] = this.members.map(({ group }) => group)
    const exported = first!.exportSecret('life', Uint8Array.of(1), 16)
    for (const each of others) {
      assert.equal(each.epoch, first!.epoch)
      assert.deepEqual(each.epochAuthenticator, first!.epochAuthenticator)
      assert.deepEqual(each.exportSecret('life', Uint8Array.of(1), 16), exported)
      assert.equal(each.memberCount, this.members.length)
    }
    assert.deepEqual(others.at(-1)?.tree() ?? first!.tree(), first!.tree())
  }
}

export function live(seed: number, steps: number, most: number): LifeCounts {
  const life = new Life(seed, most)
  try {
    for (let step = 0; step < steps; step++) life.step()
  } catch (error) {
    throw new Error(`seed ${seed}, ${steps} steps, at most ${most} members: ${(error as Error).message}`, {
      cause: error,
    })
  }
  return life.counts
}
