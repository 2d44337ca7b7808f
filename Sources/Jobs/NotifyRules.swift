/// What `notify` of the site's settings says: which alerts are written, and who is told.
package struct NotifyRules: Hashable, Sendable {
  package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
    /// A job failed.
    case failed
    /// A spec had mistakes.
    case rejected
    /// The data of a monitored model moved.
    case drift
    /// A job waits for somebody to release it.
    case held
    /// A job that had failed is done again.
    case recovered
    /// The runner itself could not go on: a full disk, a damaged store.
    case fault
  }

  /// The folder of alert files, relative to the site; nil: `outbox` in the store.
  package var outbox: String?
  /// Program and arguments that get each alert as JSON on standard input; empty: the files are all.
  package var command: [String] = []
  package var kinds = Set(Kind.allCases)
  /// How long the same trouble with the same job is not told again.
  package var repeatSeconds = 86_400.0
  /// How long the command may take.
  package var timeoutSeconds = 30.0

  package init() {}

  static let fields: [Vocabulary.Field] = [
    Vocabulary.Field("outbox", .text, "The folder of alert files. Default: outbox in the store."),
    Vocabulary.Field("command", .oneOrMore(.text), "A program and its arguments; it gets each alert as JSON."),
    Vocabulary.Field("on", .oneOrMore(.word(Kind.allCases.map(\.rawValue))), "What is told. Default: everything."),
    Vocabulary.Field("repeat", .duration, "How long the same is not told again. Default: 24h."),
    Vocabulary.Field("timeout", .duration, "How long the command may take. Default: 30s."),
  ]

  /// Reads the rules in `form`, which holds the mistakes afterwards.
  init(_ form: Form) {
    form.check(Self.fields)
    outbox = form.path("outbox")
    command = form.texts("command")
    let words = Kind.allCases.map(\.rawValue).joined(separator: ", ")
    let named = form.parsed("on", form: "a reason to tell somebody: it is one of \(words)", Kind.init(rawValue:))
    if !named.isEmpty { kinds = Set(named) }
    repeatSeconds = form.duration("repeat").map { min($0, 1e12) } ?? repeatSeconds
    timeoutSeconds = form.duration("timeout").map { min(max($0, 0.1), 3600) } ?? timeoutSeconds
  }
}
