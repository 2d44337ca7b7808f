internal import Disk
package import Records
internal import Store
internal import SystemPackage

/// A run that goes on, as its events tell it.
package struct ActiveRun: Sendable {
  package struct Step: Sendable {
    package var id: String
    package var began: Timestamp
  }

  package var run: String
  package var began: Timestamp?
  /// Steps at work.
  package var steps: [Step] = []
  package var endedCount = 0

  /// Nil where nothing of it is known, or it has ended.
  package init?(_ run: String, in archive: RunArchive) throws {
    guard try archive.record(of: run) == nil else { return nil }
    self.run = run
    for event in try archive.events(of: run) {
      switch event.event {
      case "run-started":
        // Taken up again: what a dead runner had begun is not at work any more.
        steps = []
        endedCount = 0
        began = began ?? event.at
      case "step-started": if let step = event.step { steps.append(Step(id: step, began: event.at)) }
      case "step-ended":
        steps.removeAll { $0.id == event.step }
        endedCount += 1
      case "step-retried": steps.removeAll { $0.id == event.step }
      default: continue
      }
    }
  }
}
