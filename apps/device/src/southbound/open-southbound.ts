/** What AI agents may ask of this router, as its operator says it. @module */
import type { SouthboundRouter } from '@vagus/router'
import { type Allowed, patternOf } from '@vagus/southbound'
import type { IntentDesk } from '../intents/intent-desk.ts'
import type { TellDeed } from '../record/device-record.ts'
import { CommitDesk } from './commit-desk.ts'
import { commitItems } from './commit-resource.ts'
import { CommitStore } from './commit-store.ts'
import { NewsDesk, type TakeRefused } from './news.ts'

export interface SouthboundOptions {
  /** Which lines a commit may have, such as `interface * / description *`; none: AI agents only read. */
  readonly configures: readonly string[]
  /** Is given, at the start, what takes attempts that were refused before they came here, such as by a fleet's policy. */
  readonly alsoRefused?: (take: TakeRefused) => void
}

export interface SouthboundParts {
  readonly allowed: Allowed
  /** `undefined`: the router cannot be configured in lines. */
  readonly desk: CommitDesk | undefined
  readonly news: NewsDesk
}

interface Options {
  readonly router: SouthboundRouter
  /** From where the agent peers with the router; `undefined`: it does not. */
  readonly localAddress?: string
  /** Path of the control socket. */
  readonly control: string
  readonly tools?: SouthboundOptions
  readonly report: (line: string) => void
  readonly tell?: TellDeed | undefined
  /** `undefined`: this device obeys none. */
  readonly intents?: IntentDesk | undefined
}

/**
 * Also without tools: what an agent before had pending goes back all the same.
 * @throws {RangeError} of a pattern, {Error} where the commits of before cannot be read
 */
export function openSouthbound({
  router,
  localAddress,
  control,
  tools,
  report,
  tell,
  intents,
}: Options): SouthboundParts {
  const patterns = (tools?.configures ?? []).map(patternOf)
  const allowed = {
    dialect: router.kind,
    patterns,
    own: localAddress === undefined ? [] : [localAddress.toLowerCase()],
  }
  const now = (): number => performance.timeOrigin + performance.now()
  const { configuration } = router
  let desk: CommitDesk | undefined
  const news = new NewsDesk({ commits: () => (desk === undefined ? [] : commitItems(desk.commits)), now, tell })
  tools?.alsoRefused?.(news.refused)
  if (configuration !== undefined) {
    const store = new CommitStore(control)
    const changed = (): void => news.changed()
    const alsoPatterns = intents && (() => intents.commitPatterns().map(({ patterns }) => patterns))
    desk = CommitDesk.open({
      configuration,
      allowed,
      store,
      now,
      report,
      tell,
      changed,
      ...(alsoPatterns && { alsoPatterns }),
    })
  }
  return { allowed, desk, news }
}
