import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Lookup } from '@vagus/agent'
import { beginKeyLog, type Identity, signDocument } from '@vagus/identity'
import { dhKeyOf, identityCrypto, newKemKey, randomOctets, signerOf } from '@vagus/transport'
import { allowRuleOf } from '../../src/served/allow-rule.ts'
import { callerPolicy, namesOf, notFoundOf } from '../../src/served/caller.ts'
import type { HeaderFields } from '../../src/wire/header-fields.ts'

const mlKem768 = newKemKey().publicKey

/** An agent that calls itself `name`. */
function agent(name: string): Identity {
  const [signer, next] = [signerOf(randomOctets(32)), signerOf(randomOctets(32))]
  const iat = Math.floor(Date.now() / 1000)
  const keys = { x25519: dhKeyOf(randomOctets(32)).publicKey, mlKem768 }
  const validity = { epoch: 0, iat, exp: iat + 3600 }
  const said = { organisation: 0, role: 'r', skills: [], alsoKnownAs: [`vagus:${name}`], keys, locators: [] }
  const log = beginKeyLog(signer, next.publicKey, identityCrypto)
  const signed = signDocument({ ...validity, ...said }, log, signer, identityCrypto)
  assert.ok(signed.type === 'signed')
  return signed.identity
}
const [boss, other, thief] = [agent('boss'), agent('other'), agent('boss')]
const lookup: Lookup = {
  find: (name) =>
    name === 'away' ? Promise.reject(new Error('out of order')) : Promise.resolve(name === 'boss' ? [boss] : []),
}
const admitted = (allowed: readonly string[], identity: Identity): Promise<boolean> =>
  callerPolicy(allowed, lookup)
    .admit({ identity, mandate: undefined }, [])
    .then(
      () => true,
      (error: unknown) => {
        assert.equal((error as { problem: { type: string } }).problem.type, 'urn:vagus:problem:refused')
        return false
      },
    )

test('who is allowed by name and not found is told, with why', async () => {
  const lines = await notFoundOf(
    { names: namesOf(['boss', 'nobody', other.id, 'away']), which: 'allowed' },
    lookup,
    new AbortController().signal,
  )
  assert.deepEqual(lines, [
    'nobody is found under the name nobody yet, which is allowed',
    'away, which is allowed, cannot be looked up: out of order',
  ])
})

test('the local server is told no name that is none', async () => {
  const nameOf = async (identity: Identity): Promise<string | undefined> => {
    const fields = await callerPolicy([], lookup).admit({ identity, mandate: undefined }, [])
    return fields.find(([field]) => field === 'Vagus-Agent-Name')?.[1]
  }
  assert.deepEqual(
    [await nameOf(boss), await nameOf(agent('a,b')), await nameOf(agent('Boss'))],
    ['boss', undefined, undefined],
  )
})

describe('who may call', () => {
  test('is everybody where nobody is named, and else who has an id that is', async () => {
    assert.equal(await admitted([], thief), true)
    assert.equal(await admitted([other.id], other), true)
    assert.equal(await admitted([other.id], boss), false)
  })
  test('is by name whom the look-up finds, not who calls itself so', async () => {
    assert.equal(await admitted(['away', 'boss'], boss), true)
    assert.equal(await admitted(['boss'], thief), false)
    assert.equal(await admitted(['other'], other), false, 'the look-up does not know it')
    assert.equal(await admitted(['away'], boss), false, 'who cannot be looked up is not let in')
  })
})

describe('who acts for another', () => {
  const mandateOf = (root: Identity, capabilities: readonly string[]) => ({
    root: root.id,
    agent: other.id,
    chain: [root.id, other.id],
    capabilities,
    task: 't',
    audience: undefined,
    depth: 0,
    expiresAt: Date.now() + 60_000,
  })
  const fieldsOf = (allowed: readonly string[], mandate: ReturnType<typeof mandateOf> | undefined) =>
    callerPolicy(allowed, lookup).admit({ identity: other, mandate }, [['Vagus-Agent-Under', 'did:key:forged']])
  const refused = (allowed: readonly string[], mandate: ReturnType<typeof mandateOf> | undefined, why: RegExp) =>
    assert.rejects(fieldsOf(allowed, mandate), ({ message }: Error) => {
      assert.ok(message.startsWith(`${other.id} is not among those whom this agent serves`), message)
      assert.match(message, why)
      return true
    })

  test('may call by its mandate, if it covers what is needed; the local server is told whose it is', async () => {
    const mandate = mandateOf(boss, ['report', 'calc.add'])
    for (const rule of ['under:boss', `under:${boss.id}`, 'under:boss/report', 'under:boss/report.write'])
      assert.deepEqual(
        (await fieldsOf([rule], mandate)).filter(([field]) => /^Vagus-Agent-(Under|Can)$/.test(field)),
        [
          ['Vagus-Agent-Under', boss.id],
          ['Vagus-Agent-Can', 'report calc.add'],
        ],
      )
    assert.ok((await fieldsOf(['nobody', 'under:boss'], mandate)).length > 0)
    const own = await fieldsOf([other.id, 'under:boss'], undefined)
    assert.ok(
      own.every(([field]) => field !== 'Vagus-Agent-Under'),
      'nobody else can set that field',
    )
  })
  test('is refused by the rule that it does not meet', async () => {
    await refused(['under:boss'], undefined, /: it speaks for itself, and has no mandate of boss$/)
    await refused(['under:boss'], mandateOf(thief, ['report']), /: its mandate is of did:key:\w+, not of boss$/)
    await refused(
      ['under:boss/calc'],
      mandateOf(boss, ['calc.add']),
      /: its mandate of boss is for calc\.add, not for calc$/,
    )
    await refused(['under:away'], mandateOf(boss, ['report']), /not of away$/)
    await refused(['boss', 'under:boss/x'], mandateOf(boss, ['y']), /: its mandate of boss is for y, not for x$/)
    await refused(['boss'], mandateOf(boss, ['report']), /serves$/)
  })
})

describe('a word of --allow', () => {
  test('is an id, a name, or under one of these', () => {
    assert.deepEqual(allowRuleOf('boss'), { who: 'boss', needs: 'to be that agent' })
    assert.deepEqual(allowRuleOf('under:boss'), { who: 'boss', needs: { mandateFor: undefined } })
    assert.deepEqual(allowRuleOf(`under:${boss.id}/a.b`), { who: boss.id, needs: { mandateFor: 'a.b' } })
    for (const wrong of [
      '',
      'Boss',
      'role:boss',
      'skill:a',
      'under:',
      'under:Boss',
      'under:boss/',
      'under:boss/A',
      'under:a/b/c',
      'under:role:x',
    ])
      assert.equal(allowRuleOf(wrong), undefined, wrong)
  })
})

describe('with a roster', () => {
  const member = { id: boss.id, name: 'chief', roles: ['head', 'reader'] }
  let known: typeof member | undefined = member
  const policy = callerPolicy([], lookup, {
    member: (id) => (id === known?.id ? known : undefined),
    watch: () => () => undefined,
  })
  const ofRoster = (fields: HeaderFields) => fields.filter(([name]) => /member/i.test(name)).map(([, value]) => value)
  test('the local server is told what it says, and nothing that a caller says in its place, however it is spelled', async () => {
    const spellings = ['Vagus-Member-Roles', 'vagus_member_roles', 'Vagus.Member.Roles', 'VAGUS~MEMBER-ROLES']
    const said = spellings.map((name) => [name, 'owner'] as const)
    const fields = await policy.admit({ identity: boss, mandate: undefined }, [...said, ['X-Member', 'kept']])
    assert.deepEqual(ofRoster(fields), ['kept', 'chief', 'head reader'])
    assert.deepEqual(ofRoster(await policy.admit({ identity: other, mandate: undefined }, said)), [])
  })
  test('what it says is that of the newest, also where the content of a request comes long after its head', async () => {
    const fields = await policy.admit({ identity: boss, mandate: undefined }, [])
    known = { ...member, roles: ['reader'] }
    assert.deepEqual(ofRoster(policy.renewed(fields)), ['chief', 'reader'])
    known = undefined
    assert.deepEqual(ofRoster(policy.renewed(fields)), [])
  })
  test('names that are allowed are those of the newest at once, also of one that comes while they are looked up', async () => {
    let chief = boss
    let gate = Promise.resolve()
    const watchers: (() => void)[] = []
    const byName: Lookup = {
      async find() {
        const found = [chief]
        await gate
        return found
      },
    }
    const watch = (watcher: () => void) => {
      watchers.push(watcher)
      return () => undefined
    }
    const allowing = callerPolicy(['chief'], byName, { member: () => undefined, watch })
    const may = (identity: Identity): Promise<boolean> =>
      allowing.admit({ identity, mandate: undefined }, []).then(
        () => true,
        () => false,
      )
    const newRoster = (next: Identity): void => {
      chief = next
      for (const watcher of watchers) watcher()
    }
    assert.deepEqual([await may(boss), await may(other)], [true, false])
    newRoster(other)
    assert.deepEqual([await may(boss), await may(other)], [false, true])
    const opened = Promise.withResolvers<void>()
    gate = opened.promise
    newRoster(boss)
    const early = may(boss)
    newRoster(other)
    const late = may(other)
    opened.resolve()
    assert.deepEqual([await early, await late], [false, true])
  })
})
