/** What a side-car says of the groups of its agent: resources of `/groups`, and events of `/groups/NAME`. @module */

export interface Group {
  readonly apiVersion: 'vagus/v1'
  readonly kind: 'Group'
  /** A role of the roster. */
  readonly name: string
  /** Whether this agent gets what others send. */
  readonly reads: boolean
  /** Whether it may send. */
  readonly writes: boolean
  /** Messages that it has sent. */
  readonly sent: number
  /** Those that get what is sent, in the order of their ids. */
  readonly members: readonly GroupMember[]
}

export interface GroupMember {
  readonly id: string
  readonly name: string | null
  /** How many of this agent's messages it has; null: it tells that to others. */
  readonly has: number | null
}

export interface GroupList {
  readonly apiVersion: 'vagus/v1'
  readonly kind: 'GroupList'
  readonly items: readonly Group[]
}

/** The answer to a message: it is on disk. */
export interface GroupReceipt {
  readonly id: string
  readonly group: string
  /** Other members that get it. */
  readonly members: number
}

export interface GroupSender {
  /** Its id, which its key proves. */
  readonly agent: string
  /** By the roster, when the message came; null: it was no member any more. */
  readonly member: string | null
  readonly roles: readonly string[]
}

/** Data of an event without a type. */
export interface GroupMessage {
  readonly id: string
  readonly from: GroupSender
  /** RFC 3339, by the clock of the sender. */
  readonly sentAt: string
  /** Content type. */
  readonly type: string
  /** Where the type is one of text or JSON and the content is UTF-8; else `base64`. */
  readonly text?: string
  readonly base64?: string
}

/** Data of an event `gap`: something is missing, and will not come. */
export interface GroupGap {
  /** Missing where the side-car itself dropped it. */
  readonly from?: GroupSender
  /** How many messages, where that is known. */
  readonly missing?: number
  readonly because: string
}
