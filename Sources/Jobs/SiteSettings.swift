/// What `nightshift.yaml` says. Every key is optional: an empty file is a valid site.
package struct SiteSettings: Hashable, Sendable {
  /// For the reports; nil: the folder's name.
  package var name: String?
  /// The project of jobs that name none.
  package var project = "default"
  /// Folders of the spool and the store, relative to the site.
  package var jobs = "Jobs"
  package var store = "Store"
  /// Absolute folders outside a spec's own from which it may read.
  package var roots: [String] = []
  /// How long a file in the inbox must have been left alone before it is taken.
  package var settleSeconds = 2.0
  /// Whether commands run in a sandbox.
  package var sandbox = SandboxRule.auto
  /// Seconds that a step has between TERM and KILL.
  package var graceSeconds = 10.0
  /// What `store gc` keeps.
  package var retention = RetentionRules()
  /// What runs at once, and whose.
  package var limits = RunLimits()
  /// Who is told of what; nil: nobody.
  package var notify: NotifyRules?
  /// The longest time between two runs that nobody need worry about; nil: unknown.
  package var expectSeconds: Double?
  /// The Prometheus file, relative to the site; nil: `metrics/nightshift.prom` in the store.
  package var metrics: String?

  package enum SandboxRule: String, Hashable, Sendable, CaseIterable {
    /// All do.
    case strict
    /// Those of other users' specs do where bubblewrap works, and those whose spec asks for it.
    case auto
    /// Those whose spec asks for it do.
    case off
  }

  /// The folder of wheels that `requirements` are installed from, relative to the site; nil: pip's own index.
  package var wheels: String?
  /// Absolute path of the DuckDB program; nil: it is looked for.
  package var duckdb: String?

  package init() {}

  /// Reads the file. Throws every mistake with its place.
  package init(_ bytes: [UInt8], file: String) throws(SpecError) {
    let isEmpty =
      bytes.allSatisfy { [32, 10, 13, 9].contains($0) }
      || String(decoding: bytes, as: UTF8.self).split(separator: "\n").allSatisfy { $0.hasPrefix("#") }
    guard !isEmpty else { return }
    do {
      try read(try SpecDocument(bytes).root)
    } catch {
      throw SpecError(file: file, mistakes: error.mistakes)
    }
  }

  /// A step that will not end must not hold the night.
  private static let longestGraceSeconds = 3600.0

  private static let fields: [Vocabulary.Field] = [
    Vocabulary.Field("name", .text, "The site's name on the reports."),
    Vocabulary.Field("project", .name, "The project of jobs that name none."),
    Vocabulary.Field("jobs", .text, "The spool's folder."),
    Vocabulary.Field("store", .text, "The store's folder."),
    Vocabulary.Field("roots", .oneOrMore(.text), "Folders from which specs may read by absolute paths."),
    Vocabulary.Field("settle", .duration, "How long a dropped file must have been left alone."),
    Vocabulary.Field(
      "sandbox", .word(SandboxRule.allCases.map(\.rawValue)),
      "Whether commands run in a sandbox. Default: auto, for other users' specs where bubblewrap works."),
    Vocabulary.Field("grace", .duration, "What a step has between TERM and KILL. Default: 10s."),
    Vocabulary.Field("retention", .object(RetentionReader.fields), "What `store gc` keeps. Default: everything."),
    Vocabulary.Field("limits", .object(LimitsReader.fields), "What runs at once, and whose. Default: the machine."),
    Vocabulary.Field("notify", .object(NotifyRules.fields), "Which alerts are written, and who is told."),
    Vocabulary.Field("expect", .duration, "How often a run is expected, for `nightshift health` and the reports."),
    Vocabulary.Field("metrics", .text, "The Prometheus file. Default: metrics/nightshift.prom in the store."),
    Vocabulary.Field(
      "wheels", .text, "The folder of wheels that `requirements` are installed from. Default: pip's own index."),
    Vocabulary.Field("duckdb", .text, "The DuckDB program. Default: the one on PATH, or of Scripts/setup."),
  ]

  private mutating func read(_ root: SpecNode) throws(SpecMistakes) {
    let form = Form(root, title: "nightshift.yaml")
    form.check(Self.fields)
    name = form.text("name")
    project = form.name("project") ?? project
    jobs = form.path("jobs") ?? jobs
    store = form.path("store") ?? store
    settleSeconds = form.duration("settle") ?? settleSeconds
    sandbox = form.word("sandbox", SandboxRule.self) ?? sandbox
    graceSeconds = min(form.duration("grace") ?? graceSeconds, Self.longestGraceSeconds)
    roots = form.parsed("roots", form: "an absolute folder without `..`") { path in
      path.hasPrefix("/") && !path.split(separator: "/").contains("..") ? path : nil
    }
    if let rules = form.form("retention", title: "`retention`") {
      retention = RetentionReader.rules(rules)
      form.take(rules)
    }
    if let rules = form.form("limits", title: "`limits`") {
      limits = LimitsReader.limits(rules)
      form.take(rules)
    }
    if let rules = form.form("notify", title: "`notify`") {
      notify = NotifyRules(rules)
      form.take(rules)
    }
    expectSeconds = form.duration("expect").map { min(max($0, 1), 1e12) }
    metrics = form.path("metrics")
    wheels = form.path("wheels")
    duckdb =
      form.parsed("duckdb", form: "the absolute path of a program") { path in
        path.hasPrefix("/") && !path.contains("\0") ? path : nil
      }.first
    guard form.mistakes.isEmpty else { throw SpecMistakes(form.mistakes) }
  }
}
