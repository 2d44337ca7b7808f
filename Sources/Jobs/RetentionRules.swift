package import Store

/// What is kept, and for how long: `retention` in `nightshift.yaml`. Whatever no rule speaks of is kept for ever.
package struct RetentionRules: Hashable, Sendable {
  /// What rules are about.
  package enum Subject: String, CaseIterable, Hashable, Sendable { case datasets, models, runs }

  /// Kept is what any of the counts keeps.
  package struct Counts: Hashable, Sendable {
    /// The newest ones.
    package var last: Int?
    /// The newest one of each of so many days, or weeks from Monday on, that have one.
    package var daily: Int?
    package var weekly: Int?

    package init(last: Int? = nil, daily: Int? = nil, weekly: Int? = nil) {
      self.last = last
      self.daily = daily
      self.weekly = weekly
    }

    /// `last 5, weekly 26`.
    package var text: String {
      [("last", last), ("daily", daily), ("weekly", weekly)].compactMap { name, count in
        count.map { "\(name) \($0)" }
      }.joined(separator: ", ")
    }
  }

  /// Another rule for what has a certain name.
  package struct Override: Hashable, Sendable {
    /// Over `PROJECT/NAME`; of runs the name is the job's.
    package var name: Glob
    /// Nil for all.
    package var subject: Subject?
    /// Nil keeps all.
    package var counts: Counts?
  }

  /// A rule that does not keep everything.
  package struct Rule: Hashable, Sendable {
    package var counts: Counts
    /// For the audit log: `retention of datasets: last 5, weekly 26`.
    package var text: String
  }

  package var counts: [Subject: Counts] = [:]
  /// Kept, with all that they were made from.
  package var pinned: [EntityReference] = []
  package var overrides: [Override] = []
  /// Least age of content that is removed, and least time from the decision to the end.
  package var graceSeconds = 604_800

  package init() {}

  /// The rule for what is called `PROJECT/NAME`: that of the first override that matches, or else the subject's own.
  /// Nil where all is kept.
  package func rule(_ subject: Subject, project: String, name: String) -> Rule? {
    let matching = overrides.first { override in
      (override.subject ?? subject) == subject && override.name.matches("\(project)/\(name)")
    }
    if let matching {
      return matching.counts.map { Rule(counts: $0, text: "retention of \(matching.name.pattern): \($0.text)") }
    }
    return counts[subject].map { Rule(counts: $0, text: "retention of \(subject.rawValue): \($0.text)") }
  }
}
