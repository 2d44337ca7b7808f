package import Spool

/// What queues a recurring job: `on:` of its spec.
package struct Triggers: Hashable, Sendable {
  /// Nil: no time does.
  package var timetable: Timetable?
  /// A new version of any of these datasets.
  package var datasets: [Subject] = []
  /// The newest monitor of any of these models saw drift.
  package var drift: [Subject] = []

  /// A dataset or model.
  package struct Subject: Hashable, Sendable {
    package var project: String
    package var name: String

    package init(project: String, name: String) {
      self.project = project
      self.name = name
    }
  }

  /// Nothing ever queues it.
  var isEmpty: Bool { timetable == nil && datasets.isEmpty && drift.isEmpty }
}
