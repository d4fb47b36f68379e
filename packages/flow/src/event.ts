/**
 * What the collector noticed: a name and fields, never a sentence. The names are those of the domain's event stream.
 * Whether an exporter is a configured device, and which, is not known here: `exporter` and `address` say who it was.
 * @module
 */

/** `exporter` is its number in the collector, 0 where it has none; `at` is milliseconds since 1970. */
export interface FlowEvent {
  readonly event:
    | 'exporter.seen'
    | 'exporter.restarted'
    | 'exporter.malformed'
    | 'exporter.loss'
    | 'exporter.no-ipv6'
    | 'exporter.no-sampling-rate'
  readonly at: number
  readonly exporter: number
  /** Text of the exporter's address. */
  readonly address: string
  /**
   * `protocol`, `port` and `domain` always; and
   * restarted: `reason`; malformed: `count` since the last such event, `problem` with its octet;
   * loss: `lost` in `unit`, `share` in percent with one digit, since the last such event.
   */
  readonly fields: Readonly<Record<string, string | number>>
}
