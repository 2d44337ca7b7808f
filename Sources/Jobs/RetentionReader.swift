internal import Store

/// Reads `retention` of the site's settings, collecting what is wrong.
struct RetentionReader {
  static let counts: [Vocabulary.Field] = [
    Vocabulary.Field("last", .integer(0...Int.max), "The newest ones."),
    Vocabulary.Field("daily", .integer(0...Int.max), "The newest one of each of so many days."),
    Vocabulary.Field("weekly", .integer(0...Int.max), "The newest one of each of so many weeks."),
  ]

  static let override: [Vocabulary.Field] =
    [
      Vocabulary.Field("name", .text, required: true, "A glob over PROJECT/NAME: `flights/*`."),
      Vocabulary.Field("of", .word(RetentionRules.Subject.allCases.map(\.rawValue)), "Default: all three."),
      Vocabulary.Field("keep", .word(["all"]), "`all` keeps everything."),
    ] + counts

  static let fields: [Vocabulary.Field] =
    RetentionRules.Subject.allCases.map {
      Vocabulary.Field($0.rawValue, .object(counts), "Which of the \($0.rawValue) are kept.")
    } + [
      Vocabulary.Field("pinned", .oneOrMore(.text), "Versions that stay, with all that they were made from."),
      Vocabulary.Field("grace", .duration, "Least time before content goes."),
      Vocabulary.Field(
        "overrides", .list(.object(override)), "Other rules for certain names; the first that matches counts."),
    ]

  private enum Keep: String, CaseIterable { case all }

  /// The rules in `form`, which holds the mistakes afterwards.
  static func rules(_ form: Form) -> RetentionRules {
    var rules = RetentionRules()
    form.check(fields)
    for subject in RetentionRules.Subject.allCases {
      guard let counts = form.form(subject.rawValue, title: "`retention.\(subject.rawValue)`") else { continue }
      counts.check(Self.counts)
      rules.counts[subject] = self.counts(counts)
      form.take(counts)
    }
    rules.pinned = form.parsed("pinned", form: "a version: write NAME@v12, NAME@ALIAS or PROJECT/NAME@…") { text in
      if case .entity(let reference)? = ReferenceParser.stored(text) { reference } else { nil }
    }
    rules.graceSeconds = form.duration("grace").map { Int(min($0, 1e12)) } ?? rules.graceSeconds
    rules.overrides = form.forms("overrides", title: "an override").compactMap { item in
      defer { form.take(item) }
      return self.override(item)
    }
    return rules
  }

  private static func override(_ form: Form) -> RetentionRules.Override? {
    form.check(override)
    let subject = form.word("of", RetentionRules.Subject.self)
    let keepsAll = form.word("keep", Keep.self) != nil
    let given = Self.counts.filter { form.node[$0.name] != nil }
    if keepsAll, let count = given.first {
      form.complain(form.node.place, "an override keeps all or `\(count.name)`, not both")
    }
    let counts = keepsAll ? nil : counts(form)
    let globs = form.parsed("name", form: "a glob: close its brackets and braces") { Glob($0) }
    return globs.first.map { RetentionRules.Override(name: $0, subject: subject, counts: counts) }
  }

  /// At least one count: nothing at all would keep nothing, which nobody means.
  private static func counts(_ form: Form) -> RetentionRules.Counts {
    if form.node.entries != nil, !counts.contains(where: { form.node[$0.name] != nil }) {
      form.complain(form.node.place, "\(form.title) must say what is kept: `last`, `daily` or `weekly`")
    }
    return RetentionRules.Counts(
      last: form.integer("last", 0...Int.max), daily: form.integer("daily", 0...Int.max),
      weekly: form.integer("weekly", 0...Int.max))
  }
}
