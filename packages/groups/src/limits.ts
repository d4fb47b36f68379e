/** What a group may take, and what happens at each limit. @module */

/** Members that may read. Each sender hands its key to each of them; a larger group is refused, and needs cells. */
export const maxMembers = 256
/** Octets of one message without its content type; a longer one is refused. */
export const maxMessageOctets = 1_048_576
/** Characters of a content type. */
export const maxTypeCharacters = 255
/** Octets of sealed messages that a member keeps for those that are away; the oldest of the largest log go first, and a `gap` is told. */
export const maxLogOctets = 64 * 1_048_576
/** Milliseconds for which they are kept; then as above. */
export const keptFor = 7 * 86_400_000
/** Logs of one sender: a sender that lost its disk begins a new one. A further one replaces the oldest. */
export const maxLogsOfSender = 4
/** Keys of one log that wait for a member that is away. Beyond, the oldest goes, and what only it opens is told as a gap. */
export const maxPendingKeys = 256
/** Messages of one log that a signed gap may skip. A longer gap ends the log. */
export const maxSkipped = 262_144
/** Messages that are under way to one peer from one log; further ones wait until it tells what it has. */
export const maxUnderWay = 256
/** Octets of these. */
export const maxOctetsUnderWay = 2 * 1_048_576
/** A key seals that many messages, or for that many milliseconds; then its sender makes the next. */
export const maxMessagesOfKey = 65_536
export const keyHolds = 86_400_000
/** Milliseconds after which a member that has not got a message along the tree gets it from any neighbour. */
export const repairAfter = 1000
/** Milliseconds for which others may give what one member says is gone; its sender is believed at once. */
export const gapAfter = 10_000
/** Milliseconds for which a member gathers what it tells its neighbours about what it has, */
export const tellAfter = 250
/** unless so many messages have come: their sender waits at `maxUnderWay`. */
export const tellAfterMessages = 64
