import Foundation
import Records

@testable import Reports

extension FixtureSite {
  func card() throws -> ModelCardPage {
    try ModelCardPage(model, evidence, siteName: "demo") { _ in true }
  }

  func overTime() throws -> OverTimePage { try OverTimePage(model, evidence, siteName: "demo") }

  func compare() throws -> Page {
    let layout = Layout(siteName: "demo", path: Paths.compare("air", "delay"), asOf: model.asOf)
    return try ComparePage(model, evidence).page(layout, crumbs: ["air"])
  }

  func compareRuns() throws -> Page {
    let trained = runs.filter { $0.summary.job == "train" }.sorted { $0.place > $1.place }
    return ComparePage(Comparison(trained), title: "Runs of train").lonePage(
      siteName: "demo", path: "compare.html", asOf: model.asOf)
  }

  func dataset(_ ledger: DatasetLedger) throws -> DatasetOverviewPage {
    try DatasetOverviewPage(ledger, evidence, siteName: "demo") { _ in true }
  }

  /// Every page that is made of one ledger.
  func pages() throws -> [Page] {
    [
      try card().page(), try overTime().page(), try compare(), try compareRuns(), try dataset(flights).page(),
      try dataset(features).page(),
    ]
  }

  /// The twins of the same pages.
  func twins() throws -> [[UInt8]] {
    [
      try CanonicalJSON.encodeForPeople(try card().twin), try CanonicalJSON.encodeForPeople(try overTime().twin),
      try CanonicalJSON.encodeForPeople(try ComparePage(model, evidence).twin),
      try CanonicalJSON.encodeForPeople(try dataset(flights).twin),
    ]
  }

  /// Writes the pages where a person can look at them, where `NIGHTSHIFT_LOOK_AT` names a folder.
  func show() throws {
    guard let folder = ProcessInfo.processInfo.environment["NIGHTSHIFT_LOOK_AT"] else { return }
    for page in try pages() {
      let file = URL(filePath: folder).appending(path: page.path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(page.bytes).write(to: file)
    }
    for (number, twin) in try twins().enumerated() {
      try Data(twin).write(to: URL(filePath: folder).appending(path: "twin-\(number).json"))
    }
  }
}
