/** The bounds of everything that a stranger's datagrams can make grow, with what happens at each. @module */

export interface Limits {
  /** Exporter addresses. At the limit those silent for longest are forgotten. Rows carry their numbers in 16 bits. */
  readonly exporters: number
  /**
   * Streams (address, port, protocol, domain). At the limit the one silent for longest is forgotten, templates and all.
   */
  readonly streams: number
  /**
   * Observation domains of one source port that may share a count, as Open vSwitch has a few; more count each by
   * itself.
   */
  readonly domainsPerSession: number
  /** Templates of one stream. At the limit the one unused for longest is forgotten. Open vSwitch announces about 90. */
  readonly templatesPerStream: number
  /** Templates of all streams together; as above. */
  readonly templates: number
  /** Fields of one template; a longer one is malformed. The longest that we have seen has 80. */
  readonly fields: number
  /** Fields of all templates together; the templates unused for longest are forgotten. 2^20 fields are about 60 MiB. */
  readonly fieldsTotal: number
  /**
   * Templates in a snapshot: those whose data came first, the newest of them first. Such a snapshot takes some 0.1 s.
   */
  readonly snapshotTemplates: number
  /** Their fields; a template that would go beyond is left out. */
  readonly snapshotFields: number
  /** Compiled decoders; streams whose templates look alike share one. The one unused for longest is given up. */
  readonly decoders: number
  /**
   * Decoders compiled within a second, which takes up to a millisecond each. Data of further templates that look like
   * no other waits for a later second, as data without a template does.
   */
  readonly compilationsPerSecond: number
  /** The same for one exporter, so that an address with ever new templates leaves something to the others. */
  readonly compilationsPerExporter: number
  /** Data sets that wait for their template, one stream; the oldest is dropped and counted. */
  readonly parkedPerStream: number
  readonly parkedOctetsPerStream: number
  /** The same, all streams together. */
  readonly parked: number
  readonly parkedOctets: number
  /** How long they wait, milliseconds: exporters repeat templates every 10 to 30 minutes. */
  readonly parkedForMs: number
  /** Samplers with a rate of one stream, and as many interfaces; further ones are ignored. */
  readonly samplersPerStream: number
  /** Interface names of one exporter; further ones are ignored. A large router has a few thousand interfaces. */
  readonly interfacesPerExporter: number
  /** Interface names of all exporters together. */
  readonly interfaces: number
  /** Events that nobody took; the oldest is dropped. */
  readonly events: number
  /** Counter samples that nobody took; the oldest is dropped. */
  readonly counters: number
}

export const defaultLimits: Limits = {
  exporters: 16_384,
  streams: 16_384,
  domainsPerSession: 64,
  templatesPerStream: 1024,
  templates: 65_536,
  fields: 512,
  fieldsTotal: 1_048_576,
  snapshotTemplates: 4096,
  snapshotFields: 131_072,
  decoders: 1024,
  compilationsPerSecond: 100,
  compilationsPerExporter: 25,
  parkedPerStream: 256,
  parkedOctetsPerStream: 262_144,
  parked: 8192,
  parkedOctets: 16_777_216,
  parkedForMs: 1_800_000,
  samplersPerStream: 256,
  interfacesPerExporter: 8192,
  interfaces: 131_072,
  events: 4096,
  counters: 16_384,
}
